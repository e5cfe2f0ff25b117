using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>What stands in place of a file behind timers, event counters and the like.</summary>
internal sealed class AnonymousInode : Inode
{
    private const uint OwnerOnly = 0x180;

    private static ulong s_lastNumber;

    private AnonymousInode()
    {
        Kind = InodeKind.Anonymous;
        Number = ++s_lastNumber;
        Mode = OwnerOnly;
        Touch();
        Accessed = Modified;
    }

    /// <summary>Gives an open file an inode, and the name that /proc/PID/fd shows.</summary>
    public static void Attach(OpenFile file, ReadOnlySpan<byte> name)
    {
        AnonymousInode inode = new AnonymousInode();
        inode.AddReference();
        file.Inode = inode;
        file.Entry = new Dentry(null, name, inode);
    }

    public override int Open(uint flags, out OpenFile file)
    {
        file = null;
        return -Errno.NoDevice;
    }

    protected override void Destroy() => KernelHeap.Free(this);
}
