using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>personality(2): a Linux program whose addresses are never random.</summary>
internal static unsafe class SysPersonality
{
    private const uint Query = 0xffffffff;
    private const uint NoRandomAddresses = 0x40000;
    private const uint TypeMask = 0xff;

    public static long Call(TrapFrame* frame)
    {
        uint wanted = (uint)frame->Argument0;
        return wanted == Query || (wanted & TypeMask) == 0 ? NoRandomAddresses : -Errno.Invalid;
    }
}
