using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Syscalls;

/// <summary>shmget(2): finds or makes a segment of System V shared memory.</summary>
internal static unsafe class SysShmget
{
    private const uint HugePages = 0x800;
    private const uint NoReserve = 0x1000;

    public static long Call(TrapFrame* frame)
    {
        int key = (int)frame->Argument0;
        ulong size = frame->Argument1;
        uint flags = (uint)frame->Argument2;
        SharedSegment segment = SharedSegments.FindKey(key);
        if (segment != null)
        {
            if ((flags & (InterprocessCall.Create | InterprocessCall.Exclusive)) == (InterprocessCall.Create | InterprocessCall.Exclusive)) return -Errno.Exists;
            if (size > segment.CreatedSize) return -Errno.Invalid;
            return segment.Permission.Allows(flags) ? segment.Id : -Errno.Access;
        }
        if (key != 0 && (flags & InterprocessCall.Create) == 0) return -Errno.NoEntry;
        bool isHuge = (flags & HugePages) != 0;
        if (isHuge && !HugeSizes.IsOfPool(flags)) return -Errno.Invalid;
        bool isReserved = (flags & NoReserve) == 0 || CommitCharge.Policy == OvercommitPolicy.Never;
        return SharedSegments.Create(key, size, flags & InterprocessCall.ModeMask, isReserved, isHuge);
    }
}
