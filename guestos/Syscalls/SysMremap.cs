using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>mremap(2).</summary>
internal static unsafe class SysMremap
{
    private const ulong MayMove = 1;
    private const ulong FixedAddress = 2;
    private const ulong DontUnmap = 4;

    public static long Call(TrapFrame* frame)
    {
        ulong flags = frame->Argument3;
        RemapRequest request = new RemapRequest
        {
            Start = frame->Argument0,
            OldLength = (frame->Argument1 + 4095) & ~4095UL,
            NewLength = (frame->Argument2 + 4095) & ~4095UL,
            MayMove = (flags & MayMove) != 0,
            IsFixed = (flags & FixedAddress) != 0,
            KeepsOld = (flags & DontUnmap) != 0,
            Target = frame->Argument4,
        };
        if ((flags & ~(MayMove | FixedAddress | DontUnmap)) != 0 || (request.Start & 4095) != 0 || request.NewLength == 0) return -Errno.Invalid;
        if (request.NewLength > UserMemory.End) return -Errno.Invalid;
        if (request.HasTarget)
        {
            if (!UserMemory.IsUserRange(request.Target, request.NewLength) || (request.Target & 4095) != 0 || !request.MayMove) return -Errno.Invalid;
            if (request.KeepsOld && request.OldLength != request.NewLength) return -Errno.Invalid;
            bool overlaps = request.Start < request.Target + request.NewLength && request.Target < request.Start + request.OldLength;
            if (overlaps) return -Errno.Invalid;
        }
        if (!UserMemory.IsUserRange(request.Start, request.OldLength)) return -Errno.Fault;
        AddressSpace space = Scheduler.Current.Process.Space;
        long result = Remap.Range(space, request);
        if (result > 0 && request.NewLength > request.OldLength && space.Find((ulong)result).IsLocked)
            Populate.Range(space, (ulong)result + request.OldLength, (ulong)result + request.NewLength);
        return result;
    }
}
