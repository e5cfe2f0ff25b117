using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>rt_sigqueueinfo(2) and rt_tgsigqueueinfo(2): signals with details of the program's making.</summary>
internal static unsafe class SysSigqueueinfo
{
    public static long Call(TrapFrame* frame)
    {
        int pid = (int)frame->Argument0;
        int error = Read(frame->Argument2, (int)frame->Argument1, pid, out SignalInfo info);
        if (error != 0) return error;
        if (!IsSignal(info.Signal)) return -Errno.Invalid;
        Process process = ProcessTable.Find(pid);
        if (process == null) return -Errno.NoProcess;
        if (!ProcessAccess.MaySignal(process, info.Signal)) return -Errno.NotPermitted;
        return info.Signal == 0 ? 0 : Signal.SendToProcess(process, info);
    }

    public static long ToThread(TrapFrame* frame)
    {
        int pid = (int)frame->Argument0, threadId = (int)frame->Argument1;
        if (pid <= 0 || threadId <= 0) return -Errno.Invalid;
        int error = Read(frame->Argument3, (int)frame->Argument2, threadId, out SignalInfo info);
        if (error != 0) return error;
        if (!IsSignal(info.Signal)) return -Errno.Invalid;
        Thread thread = ProcessTable.FindThread(threadId);
        if (thread == null || thread.Process.Pid != pid) return -Errno.NoProcess;
        if (!ProcessAccess.MaySignal(thread.Process, thread.Credentials, info.Signal)) return -Errno.NotPermitted;
        return info.Signal == 0 ? 0 : Signal.SendToThread(thread, info);
    }

    private static bool IsSignal(int number) => number >= 0 && number <= SignalNumber.Last;

    /// <summary>Nobody may pretend to others to be the kernel, kill or tgkill.</summary>
    private static int Read(ulong address, int signal, int target, out SignalInfo info) => Read(address, signal, target, out info, out _);

    /// <summary>The same, and the number that the structure holds.</summary>
    public static int Read(ulong address, int signal, int target, out SignalInfo info, out int number)
    {
        number = signal;
        ulong* words = stackalloc ulong[(int)SignalInfo.UserBytes / 8];
        info = default;
        if (!UserMemory.CopyFrom(words, address, SignalInfo.UserBytes)) return -Errno.Fault;
        number = (int)words[0];
        info = SignalInfo.FromProgram(signal, words);
        bool isForged = (info.Code >= 0 || info.Code == SignalCode.ThreadKill) && target != Scheduler.Current.Process.Pid && target != Scheduler.Current.Id;
        return isForged ? -Errno.NotPermitted : 0;
    }
}
