using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>clone(2).</summary>
internal static unsafe class SysClone
{
    private const ulong SignalMask = 0xff;

    public static long Call(TrapFrame* frame)
    {
        // One word cannot take both numbers.
        const ulong Both = Clone.WithProcessFile | Clone.SetParentTid, Detached = 0x400000;
        ulong flags = frame->Argument0;
        bool isBad = (flags & Both) == Both || (flags & (Clone.WithProcessFile | Detached)) == (Clone.WithProcessFile | Detached);
        return isBad ? -Errno.Invalid : Run(frame);
    }

    private static long Run(TrapFrame* frame) => Clone.Run(frame, new CloneArguments
    {
        Flags = (uint)frame->Argument0 & ~SignalMask,
        ExitSignal = (int)(frame->Argument0 & SignalMask),
        Stack = frame->Argument1,
        ParentTid = frame->Argument2,
        ChildTid = frame->Argument3,
        Tls = frame->Argument4,
        ProcessFile = frame->Argument2,
    });
}
