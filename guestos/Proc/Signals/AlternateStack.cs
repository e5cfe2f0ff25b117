using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>A thread's stack for signal handlers: sigaltstack(2).</summary>
internal struct AlternateStack
{
    private const uint OnStack = 1;
    private const uint Disable = 2;
    private const uint AutoDisarm = 0x80000000;
    private const ulong MinimumBytes = 2048;

    private ulong _start;
    private ulong _lengthBytes;
    private uint _flags;

    /// <summary>stack_t.</summary>
    public struct Description
    {
        public ulong Start;
        public uint Flags;
        public uint Padding;
        public ulong LengthBytes;
    }

    public readonly bool IsSet => _lengthBytes != 0;

    /// <summary>Where it begins to grow down.</summary>
    public readonly ulong End => _start + _lengthBytes;

    /// <summary>What a signal frame keeps.</summary>
    public readonly Description Saved => new Description { Start = _start, LengthBytes = _lengthBytes, Flags = IsSet ? _flags : Disable };

    /// <summary>True while a stack pointer lies on it. One that disarms itself is never set while it is in use.</summary>
    public readonly bool Contains(ulong rsp) => (_flags & AutoDisarm) == 0 && IsSet && rsp > _start && rsp - _start <= _lengthBytes;

    /// <summary>What sigaltstack tells.</summary>
    public readonly Description Describe(ulong rsp) => new Description
    {
        Start = _start,
        LengthBytes = _lengthBytes,
        Flags = !IsSet ? Disable : Contains(rsp) ? OnStack : _flags & AutoDisarm,
    };

    /// <summary>Sets it from what a program says: 0, -EPERM while it is in use, -EINVAL, -ENOMEM when it is too small.</summary>
    public int Set(in Description stack, ulong rsp)
    {
        if (Contains(rsp)) return -Errno.NotPermitted;
        uint mode = stack.Flags & ~AutoDisarm;
        if (mode > Disable) return -Errno.Invalid;
        if (mode == Disable)
        {
            this = default;
            return 0;
        }
        if (stack.LengthBytes < MinimumBytes) return -Errno.NoMemory;
        _start = stack.Start;
        _lengthBytes = stack.LengthBytes;
        _flags = stack.Flags;
        return 0;
    }

    /// <summary>A handler starts: SS_AUTODISARM takes the stack away until it returns.</summary>
    public void EnterHandler()
    {
        if ((_flags & AutoDisarm) != 0) this = default;
    }
}
