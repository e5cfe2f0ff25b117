using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>fork(2).</summary>
internal static unsafe class SysFork
{
    public static long Call(TrapFrame* frame) => Clone.Run(frame, new CloneArguments { ExitSignal = SignalNumber.Child });
}
