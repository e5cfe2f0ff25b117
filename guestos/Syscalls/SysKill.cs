using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>kill(2).</summary>
internal static unsafe class SysKill
{
    public static long Call(TrapFrame* frame)
    {
        int pid = (int)frame->Argument0, signal = (int)frame->Argument1;
        if (signal < 0 || signal > SignalNumber.Last) return -Errno.Invalid;
        Process caller = Scheduler.Current.Process;
        SignalInfo info = SignalInfo.FromUser(signal, SignalCode.User);
        if (pid == 0) return SendToGroup(caller.GroupId, info);
        if (pid < -1) return pid == int.MinValue ? -Errno.NoProcess : SendToGroup(-pid, info);
        if (pid == -1) return SendToAll(caller, info);
        Process process = ProcessTable.Find(pid);
        if (process == null) return -Errno.NoProcess;
        if (!ProcessAccess.MaySignal(process, signal)) return -Errno.NotPermitted;
        return signal == 0 ? 0 : Signal.SendToProcess(process, info);
    }

    /// <summary>0 when anybody could get it.</summary>
    public static long SendToGroup(int groupId, in SignalInfo info)
    {
        long result = -Errno.NoProcess;
        bool isSent = false;
        for (Process process = ProcessTable.FirstInGroup(groupId); process != null; process = ProcessTable.NextInGroup(process))
        {
            result = -Errno.NotPermitted;
            if (!ProcessAccess.MaySignal(process, info.Signal)) continue;
            isSent = true;
            if (info.Signal != 0) Signal.SendToProcess(process, info);
        }
        return isSent ? 0 : result;
    }

    /// <summary>Everybody but init and the caller; that some may not be signalled is no error, as on Linux.</summary>
    private static long SendToAll(Process caller, in SignalInfo info)
    {
        long result = -Errno.NoProcess;
        for (Process process = ProcessTable.First; process != null; process = process.Next)
        {
            if (process == caller || process.Space == null) continue;
            if (info.Signal != 0 && ProcessAccess.MaySignal(process, info.Signal)) Signal.SendToProcess(process, info);
            result = 0;
        }
        return result;
    }
}
