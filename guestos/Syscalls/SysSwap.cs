using GuestOs.Arch;
using GuestOs.Drivers;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>swapon(2), swapoff(2): for the first disk, /dev/vda.</summary>
internal static unsafe class SysSwap
{
    private const ulong HasPriority = 0x8000;
    private const ulong PriorityMask = 0x7fff;

    // SWAP_FLAG_DISCARD and its two kinds: the disk has nothing to discard.
    private const ulong Discards = 0x70000;

    public static long On(TrapFrame* frame)
    {
        ulong flags = frame->Argument1;
        if ((flags & ~(HasPriority | PriorityMask | Discards)) != 0) return -Errno.Invalid;
        int error = FindDisk(frame->Argument0);
        if (error != 0) return error;
        return (flags & HasPriority) != 0 ? SwapArea.Activate(VirtioBlock.First, (int)(flags & PriorityMask)) : SwapArea.Activate(VirtioBlock.First);
    }

    /// <summary>All pages come back to memory first; when they do not fit, swap stays as it is.</summary>
    public static long Off(TrapFrame* frame)
    {
        int error = FindDisk(frame->Argument0);
        if (error != 0) return error;
        if (!SwapArea.IsActive) return -Errno.Invalid;
        if (CommitCharge.Policy == OvercommitPolicy.Never && CommitCharge.Pages > CommitCharge.LimitPages - SwapArea.TotalPages) return -Errno.NoMemory;
        SwapArea.Close();
        error = BringAllBack();
        if (error == 0) SwapOff.EmptyCache();
        if (error == 0 && SwapArea.UsedSlots() != 0) error = -Errno.Busy;
        if (error != 0) SwapArea.Reopen();
        else SwapArea.Deactivate();
        return error;
    }

    /// <summary>Nothing sleeps here, so no page goes out again meanwhile and no process comes or goes.</summary>
    private static int BringAllBack()
    {
        for (Process process = ProcessTable.First; process != null; process = process.Next)
        {
            int error = process.Space == null ? 0 : SwapOff.Space(process.Space);
            if (error != 0) return error;
        }
        return MemoryFileSwap.BringAllBack();
    }

    private static int FindDisk(ulong path)
    {
        if (!Credentials.CurrentHas(Capability.Administer)) return -Errno.NotPermitted;
        int error = PathArgument.Find(PathArgument.Here, path, followLast: true, 0, out Dentry entry);
        if (error != 0) return error;
        bool isDisk = entry.Inode.Kind == InodeKind.BlockDevice && VirtioBlock.First != null;
        entry.Release();
        return isDisk ? 0 : -Errno.Invalid;
    }
}
