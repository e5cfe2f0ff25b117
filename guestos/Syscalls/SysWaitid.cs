using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>waitid(2).</summary>
internal static unsafe class SysWaitid
{
    private const int AllChildren = 0;
    private const int OneChild = 1;
    private const int Group = 2;
    private const int File = 3;
    private const ulong InfoBytes = 128;
    private const int Changes = Wait.Exited | Wait.Stopped | Wait.Continued;
    private const int KnownOptions = Changes | Wait.NoHang | Wait.KeepWaitable | Wait.NoThread | Wait.AllChildren | Wait.CloneChildren;

    public static long Call(TrapFrame* frame)
    {
        int options = (int)frame->Argument3, id = (int)frame->Argument1;
        if ((options & Changes) == 0 || (options & ~KnownOptions) != 0) return -Errno.Invalid;
        int selector;
        switch ((int)frame->Argument0)
        {
            case AllChildren: selector = -1; break;
            case OneChild: selector = id; break;
            case File:
                int error = FindChild(id, ref options, out selector);
                if (error != 0) return error;
                break;
            case Group: selector = id == 0 ? 0 : -id; break;
            default: return -Errno.Invalid;
        }
        if (frame->Argument0 != AllChildren && id < 0 || frame->Argument0 == OneChild && id == 0) return -Errno.Invalid;
        int given = (int)frame->Argument3;
        int pid = Wait.For(selector, options, out int status, out ResourceUsage usage);
        // A descriptor that does not block says so where an option would say nothing.
        if (pid == 0 && options != given) return -Errno.Again;
        if (pid < 0) return pid;
        if (frame->Argument2 != 0 && !PutInfo(frame->Argument2, pid, status)) return -Errno.Fault;
        return frame->Argument4 != 0 && !SysGetrusage.Put(frame->Argument4, usage) ? -Errno.Fault : 0;
    }

    /// <summary>The child behind a descriptor; one that is not to block does not wait.</summary>
    private static int FindChild(int descriptor, ref int options, out int selector)
    {
        int error = SysPidfd.Find(descriptor, out Process process);
        selector = process == null ? 0 : process.Pid;
        if (error == 0 && (Descriptors.Table.Get(descriptor).Flags & Fs.OpenFlags.NonBlocking) != 0) options |= Wait.NoHang;
        return error == -Errno.NoProcess ? -Errno.NoChild : error;
    }

    /// <summary>A SIGCHLD siginfo_t, all zero when no child had anything to tell.</summary>
    private static bool PutInfo(ulong address, int pid, int status)
    {
        uint* words = stackalloc uint[(int)InfoBytes / 4];
        Memory.Set(words, 0, InfoBytes);
        if (pid != 0)
        {
            words[0] = SignalNumber.Child;
            words[4] = (uint)pid;
            Decode(status, out words[2], out words[6]);
        }
        return UserMemory.CopyTo(address, words, InfoBytes);
    }

    private static void Decode(int status, out uint code, out uint value)
    {
        const int ContinuedStatus = 0xffff;
        int low = status & 0x7f;
        value = (uint)(status >> 8 & 0xff);
        if (status == ContinuedStatus)
        {
            code = SignalCode.ChildContinued;
            value = SignalNumber.Continue;
        }
        else if (low == 0x7f) code = SignalCode.ChildStopped;
        else if (low == 0) code = SignalCode.ChildExited;
        else
        {
            code = SignalCode.ChildKilled;
            value = (uint)low;
        }
    }
}
