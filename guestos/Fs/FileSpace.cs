using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>Room in files that live in memory: allocating it, giving it back, and finding out where there is any.</summary>
internal static unsafe class FileSpace
{
    /// <summary>Allocates the pages behind a range of bytes. 0, -ENOSPC or -ENOMEM; what it got stays.</summary>
    public static int Allocate(Inode inode, ulong offset, ulong lengthBytes)
    {
        ulong end = (offset + lengthBytes + 4095) >> 12;
        for (ulong page = offset >> 12; page < end; page++)
        {
            int error = inode.Pages.PrepareWrite(page, isWhole: true, out _);
            if (error != 0) return error;
        }
        return 0;
    }

    /// <summary>Makes a range of bytes zero again: whole pages are freed, the rest is cleared.</summary>
    public static void Punch(Inode inode, ulong offset, ulong lengthBytes)
    {
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
