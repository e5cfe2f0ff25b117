using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>clone(2).</summary>
internal static unsafe class SysClone
{
    private const ulong SignalMask = 0xff;

    public static long Call(TrapFrame* frame) => Clone.Run(frame, new CloneArguments
    {
        Flags = (uint)frame->Argument0 & ~SignalMask,
        ExitSignal = (int)(frame->Argument0 & SignalMask),
        Stack = frame->Argument1,
        ParentTid = frame->Argument2,
        ChildTid = frame->Argument3,
        Tls = frame->Argument4,
    });
}
