using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>An open directory whose entries are those the dentry cache lists: ramfs and devfs.</summary>
internal sealed class MemoryDirectory : OpenFile
{
    /// <summary>Takes a reference to the inode.</summary>
    public MemoryDirectory(Inode inode, uint flags)
        : base(inode, flags)
    {
    }

    public override long Read(IoBuffer buffer, ulong lengthBytes) => -Errno.IsDirectory;

    public override long Seek(long offset, int whence) => DirectoryPosition.Seek(this, offset, whence);

    public override int Synchronize() => 0;

    public override long ReadDirectory(IoBuffer buffer, ulong lengthBytes)
    {
        DirectoryWriter writer = new DirectoryWriter(buffer, lengthBytes);
        if (!DirectoryPosition.AddDots(ref writer, this)) return writer.Result;
        Dentry directory = Inode.Alias;
        if (directory == null) return writer.Result;
        Dentry child = directory.FirstChild;
        while (child != null && child.Cookie <= Position) child = child.NextSibling;
        while (child != null)
        {
            // The copy may sleep; the next entry is found from this one, so it must live.
            child.AddReference();
            bool isAdded = writer.Add(child.Inode.Number, child.Cookie, child.Inode.DirectoryType, child.Name);
            if (isAdded) Position = child.Cookie;
            Dentry next = isAdded && child.IsListed ? child.NextSibling : null;
            child.Release();
            child = next;
        }
        return writer.Result;
    }
}

/// <summary>What directories of all file systems that keep offsets 0, 1 and 2 for the start, after "." and after ".." share.</summary>
internal static class DirectoryPosition
{
    /// <summary>Offset of the first entry.</summary>
    public const ulong AfterDots = 2;

    /// <summary>Adds "." and ".." while they are due; false when the buffer is full.</summary>
    public static bool AddDots(ref DirectoryWriter writer, OpenFile file)
    {
        if (file.Position == 0)
        {
            if (!writer.Add(file.Inode.Number, 1, file.Inode.DirectoryType, "."u8)) return false;
            file.Position = 1;
        }
        if (file.Position == 1)
        {
            if (!writer.Add(ParentNumber(file), AfterDots, file.Inode.DirectoryType, ".."u8)) return false;
            file.Position = AfterDots;
        }
        return true;
    }

    /// <summary>lseek(2) on a directory: to an offset getdents64 gave.</summary>
    public static long Seek(OpenFile file, long offset, int whence)
    {
        if (whence == 1) offset += (long)file.Position;
        else if (whence != 0) return -Errno.Invalid;
        if (offset < 0) return -Errno.Invalid;
        file.Position = (ulong)offset;
        return offset;
    }

    private static ulong ParentNumber(OpenFile file)
    {
        Dentry parent = file.Entry?.OutOfMounts.Parent;
        return parent == null ? file.Inode.Number : parent.Inode.Number;
    }
}
