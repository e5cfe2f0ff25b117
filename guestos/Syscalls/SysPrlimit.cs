using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>prlimit64(2) and getrlimit(2): the limits are fixed; setting one to anything is accepted and changes nothing.</summary>
internal static unsafe class SysPrlimit
{
    private const ulong Unlimited = ulong.MaxValue;
    private const ulong LimitCount = 16;

    private struct Limit
    {
        public ulong Soft, Hard;
    }

    public static long Call(TrapFrame* frame)
    {
        if (frame->Argument0 != 0 && ProcessTable.Find((int)frame->Argument0) == null) return -Errno.NoProcess;
        if (frame->Argument1 >= LimitCount) return -Errno.Invalid;
        if (frame->Argument2 != 0)
        {
            if (!UserMemory.Read(frame->Argument2, out Limit limit)) return -Errno.Fault;
            if (limit.Soft > limit.Hard) return -Errno.Invalid;
        }
        return frame->Argument3 == 0 || UserMemory.Write(frame->Argument3, Of(frame->Argument1)) ? 0 : -Errno.Fault;
    }

    /// <summary>setrlimit.</summary>
    public static long SetOld(TrapFrame* frame)
    {
        if (frame->Argument0 >= LimitCount) return -Errno.Invalid;
        if (!UserMemory.Read(frame->Argument1, out Limit limit)) return -Errno.Fault;
        return limit.Soft > limit.Hard ? -Errno.Invalid : 0;
    }

    public static long GetOld(TrapFrame* frame)
    {
        if (frame->Argument0 >= LimitCount) return -Errno.Invalid;
        return UserMemory.Write(frame->Argument1, Of(frame->Argument0)) ? 0 : -Errno.Fault;
    }

    private static Limit Of(ulong resource) => resource switch
    {
        3 => new Limit { Soft = StackGrowth.LimitBytes, Hard = Unlimited },
        4 => new Limit { Soft = 0, Hard = Unlimited },
        6 => new Limit { Soft = ProcessTable.MaximumPid / 2, Hard = ProcessTable.MaximumPid / 2 },
        7 => new Limit { Soft = Fs.FileTable.MaximumFiles, Hard = Fs.FileTable.MaximumFiles },
        _ => new Limit { Soft = Unlimited, Hard = Unlimited },
    };
}
