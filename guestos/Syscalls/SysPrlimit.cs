using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>prlimit64(2), getrlimit(2) and setrlimit(2).</summary>
internal static unsafe class SysPrlimit
{
    public static long Call(TrapFrame* frame)
    {
        int pid = (int)frame->Argument0;
        Process process = pid == 0 ? Scheduler.Current.Process : ProcessTable.FindThread(pid)?.Process ?? ProcessTable.Find(pid);
        if (process == null) return -Errno.NoProcess;
        if (!ProcessAccess.MayLimit(process)) return -Errno.NotPermitted;
        if (frame->Argument1 >= ResourceLimits.Count) return -Errno.Invalid;
        int resource = (int)frame->Argument1;
        ResourceLimit old = process.Limits.Get(resource);
        if (frame->Argument2 != 0)
        {
            int error = Set(process, resource, frame->Argument2);
            if (error != 0) return error;
        }
        return frame->Argument3 == 0 || UserMemory.Write(frame->Argument3, old) ? 0 : -Errno.Fault;
    }

    /// <summary>setrlimit.</summary>
    public static long SetOld(TrapFrame* frame) =>
        frame->Argument0 >= ResourceLimits.Count ? -Errno.Invalid : Set(Scheduler.Current.Process, (int)frame->Argument0, frame->Argument1);

    public static long GetOld(TrapFrame* frame)
    {
        if (frame->Argument0 >= ResourceLimits.Count) return -Errno.Invalid;
        return UserMemory.Write(frame->Argument1, Scheduler.Current.Process.Limits.Get((int)frame->Argument0)) ? 0 : -Errno.Fault;
    }

    /// <summary>Only CAP_SYS_RESOURCE raises a hard limit, and not beyond what the kernel can hold.</summary>
    private static int Set(Process process, int resource, ulong address)
    {
        if (!UserMemory.Read(address, out ResourceLimit limit)) return -Errno.Fault;
        if (limit.Soft > limit.Hard) return -Errno.Invalid;
        if (resource == ResourceLimits.OpenFiles && limit.Hard > Fs.FileTable.MaximumFiles) return -Errno.NotPermitted;
        if (limit.Hard > process.Limits.Get(resource).Hard && !Credentials.CurrentHas(Capability.ExceedResources)) return -Errno.NotPermitted;
        process.Limits.Set(resource, limit);
        if (resource is ResourceLimits.CpuTime or ResourceLimits.RealTimeTime)
        {
            if (resource == ResourceLimits.CpuTime) process.SetCpuLimit();
            else process.SetRealTimeLimit();
            CpuTimers.Watch();
        }
        process.ApplyMemoryLimits();
        if (resource == ResourceLimits.OpenFiles && process.Files != null) process.Files.Limit = (int)limit.Soft;
        return 0;
    }
}
