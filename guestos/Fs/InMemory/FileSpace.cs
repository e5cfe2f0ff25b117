using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>Lengths of files, and room in those that live in memory: allocating it, giving it back, and finding out where there is any.</summary>
internal static unsafe class FileSpace
{
    private const ulong MaximumSizeBytes = 0x7fffffffffffffff;

    /// <summary>Changes a file's length: cache, inode and storage.</summary>
    public static int Truncate(Inode inode, ulong sizeBytes)
    {
        if (sizeBytes > MaximumSizeBytes) return -Errno.Invalid;
        FileSeals forbidding = sizeBytes < inode.SizeBytes ? FileSeals.Shrink : sizeBytes > inode.SizeBytes ? FileSeals.Grow : FileSeals.None;
        if ((inode.Seals & forbidding) != 0) return -Errno.NotPermitted;
        int error = FileSizeLimit.Check(inode, sizeBytes);
        if (error != 0) return error;
        if (inode.HugePages != null) return inode.HugePages.Truncate(sizeBytes);
        error = inode.SetSize(sizeBytes);
        if (error != 0) return error;
        if (sizeBytes <= inode.SizeBytes) inode.Pages.Truncate(sizeBytes);
        else inode.Pages.ClearBeyond(inode.SizeBytes, inode.SizeBytes >> 12);
        inode.SizeBytes = sizeBytes;
        inode.StoredBlocks = 0;
        inode.Touch();
        return 0;
    }

    /// <summary>Allocates the pages behind a range of bytes. -ENOSPC when the file system has no room for all of them, and none is allocated; 0 or -ENOMEM.</summary>
    public static int Allocate(Inode inode, ulong offset, ulong lengthBytes)
    {
        if (inode.HugePages != null) return inode.HugePages.Allocate(offset, lengthBytes);
        ulong end = (offset + lengthBytes + 4095) >> 12;
        if (!inode.HasRoomFor(inode.Pages.CountHoles(offset >> 12, end))) return -Errno.NoSpace;
        for (ulong page = offset >> 12; page < end; page++)
        {
            int error = inode.Pages.Reserve(page);
            if (error != 0) return error;
        }
        return 0;
    }

    /// <summary>Makes a range of bytes zero again: whole pages are freed, the rest is cleared.</summary>
    public static void Punch(Inode inode, ulong offset, ulong lengthBytes)
    {
        if (inode.HugePages != null)
        {
            inode.HugePages.Punch(offset, lengthBytes);
            return;
        }
        ulong end = offset + lengthBytes;
        ulong firstWhole = (offset + 4095) >> 12, endWhole = end >> 12;
        if (firstWhole > endWhole) Clear(inode.Pages, offset, end);
        else
        {
            Clear(inode.Pages, offset, firstWhole << 12);
            Clear(inode.Pages, endWhole << 12, end);
            inode.Pages.PunchHole(firstWhole, endWhole);
        }
        inode.Touch();
    }

    /// <summary>
    /// The offset from <paramref name="offset"/> on where data (or, for a hole, no data) begins, cut at the file's end; the end when there is none.
    /// </summary>
    public static ulong Seek(Inode inode, ulong offset, bool forData)
    {
        ulong size = inode.SizeBytes, page = offset >> 12;
        if (forData)
        {
            ulong found = page;
            if (!inode.Pages.FindNext(ref found)) return size;
            if (found > page) offset = found << 12;
        }
        else
        {
            while (page << 12 < size && (inode.Pages.FindCached(page) != 0 || inode.Pages.IsSwapped(page))) page++;
            if (page > offset >> 12) offset = page << 12;
        }
        return offset < size ? offset : size;
    }

    /// <summary>Zeroes bytes within one page, where it is there.</summary>
    private static void Clear(PageCache pages, ulong start, ulong end)
    {
        uint frame = start == end ? 0 : pages.Bring(start >> 12);
        if (frame != 0) Memory.Set(Physical.FramePointer(frame) + (start & 4095), 0, end - start);
    }
}
