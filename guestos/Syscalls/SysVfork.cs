using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>vfork(2).</summary>
internal static unsafe class SysVfork
{
    public static long Call(TrapFrame* frame) =>
        Clone.Run(frame, new CloneArguments { Flags = Clone.Vfork | Clone.SharesMemory, ExitSignal = SignalNumber.Child });
}
