using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>pidfd_open(2), pidfd_send_signal(2) and pidfd_getfd(2).</summary>
internal static unsafe class SysPidfd
{
    private const ulong ToThread = 1;
    private const ulong ToProcess = 2;
    private const ulong ToGroup = 4;

    public static long Open(TrapFrame* frame)
    {
        int pid = (int)frame->Argument0;
        uint flags = (uint)frame->Argument1;
        if ((flags & ~OpenFlags.NonBlocking) != 0 || pid <= 0) return -Errno.Invalid;
        Process process = ProcessTable.Find(pid);
        if (process == null) return ProcessTable.FindThread(pid) == null ? -Errno.NoProcess : -Errno.Invalid;
        return Make(process, flags);
    }

    /// <summary>A new descriptor for a process, closed by exec; or a negative errno.</summary>
    public static long Make(Process process, uint flags) =>
        FrameAllocator.IsExhausted ? -Errno.NoMemory : Descriptors.Install(new ProcessFile(process, flags), closeOnExec: true);

    public static long SendSignal(TrapFrame* frame)
    {
        ulong flags = frame->Argument3;
        int signal = (int)frame->Argument1;
        if (flags is not (0 or ToThread or ToProcess or ToGroup)) return -Errno.Invalid;
        int error = Find((int)frame->Argument0, out Process process);
        if (error == -Errno.BadFile) error = FindByDirectory((int)frame->Argument0, out process);
        if (error != 0) return error;
        if (signal < 0 || signal > SignalNumber.Last) return -Errno.Invalid;
        SignalInfo info = SignalInfo.FromUser(signal, SignalCode.User);
        if (frame->Argument2 != 0)
        {
            error = SysSigqueueinfo.Read(frame->Argument2, signal, process.Pid, out info, out int number);
            if (number != signal) return -Errno.Invalid;
            if (error != 0) return error;
        }
        if (flags == ToGroup) return SysKill.SendToGroup(process.GroupId, info);
        if (!ProcessAccess.MaySignal(process, signal)) return -Errno.NotPermitted;
        return signal == 0 ? 0 : Signal.SendToProcess(process, info);
    }

    /// <summary>A copy of another process's descriptor.</summary>
    public static long GetFile(TrapFrame* frame)
    {
        if (frame->Argument2 != 0) return -Errno.Invalid;
        int error = Find((int)frame->Argument0, out Process process);
        if (error != 0) return error;
        if (!ProcessAccess.MayInspect(process)) return -Errno.NotPermitted;
        if (process.Files == null) return -Errno.NoProcess;
        OpenFile file = process.Files.Get((int)frame->Argument1);
        if (file == null) return -Errno.BadFile;
        file.AddReference();
        return Descriptors.Install(file, closeOnExec: true);
    }

    /// <summary>The process whose directory of /proc a descriptor is: what signals could be sent by before there were descriptors of processes.</summary>
    private static int FindByDirectory(int descriptor, out Process process)
    {
        OpenFile file = Descriptors.Table.Get(descriptor);
        bool isDirectory = file?.Inode is ProcInode { Node: ProcNode.Process } && (file.Flags & OpenFlags.Path) == 0;
        process = isDirectory ? ((ProcInode)file.Inode).Owner.Process : null;
        return !isDirectory ? -Errno.BadFile : process == null ? -Errno.NoProcess : 0;
    }

    /// <summary>The process behind a descriptor: 0, -EBADF, -ESRCH when it has been waited for.</summary>
    public static int Find(int descriptor, out Process process)
    {
        ProcessFile file = Descriptors.Table.Get(descriptor) as ProcessFile;
        process = file?.Process;
        return file == null ? -Errno.BadFile : process == null ? -Errno.NoProcess : 0;
    }
}
