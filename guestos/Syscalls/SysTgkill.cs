using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>tgkill(2) and tkill(2).</summary>
internal static unsafe class SysTgkill
{
    public static long Call(TrapFrame* frame) =>
        (int)frame->Argument0 <= 0 ? -Errno.Invalid : Send((int)frame->Argument0, (int)frame->Argument1, (int)frame->Argument2);

    public static long Tkill(TrapFrame* frame) => Send(-1, (int)frame->Argument0, (int)frame->Argument1);

    private static long Send(int pid, int threadId, int signal)
    {
        if (threadId <= 0 || pid == 0 || signal < 0 || signal > SignalNumber.Last) return -Errno.Invalid;
        Thread thread = ProcessTable.FindThread(threadId);
        if (thread == null || pid != -1 && thread.Process.Pid != pid) return -Errno.NoProcess;
        if (!ProcessAccess.MaySignal(thread.Process, thread.Credentials, signal)) return -Errno.NotPermitted;
        return signal == 0 ? 0 : Signal.SendToThread(thread, SignalInfo.FromUser(signal, SignalCode.ThreadKill));
    }
}
