using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>The segments of System V shared memory, by index, identifier and key.</summary>
internal static unsafe class SharedSegments
{
    private const ulong DefaultLimit = ulong.MaxValue - (1 << 24);
    private const int SequenceShift = 15;
    private const int MaximumSequence = 0x10000;
    private const int MaximumNumber = 4096;
    private const int NameBytes = 12;

    /// <summary>kernel.shmmax: bytes of the largest segment.</summary>
    public static ulong MaximumBytes = DefaultLimit;

    /// <summary>kernel.shmall: pages of all segments together.</summary>
    public static ulong MaximumPages = DefaultLimit;

    /// <summary>kernel.shmmni: how many segments there may be.</summary>
    public static int MaximumCount = MaximumNumber;

    private static SharedSegment[] s_segments;
    private static int s_lastIndex = -1;
    private static int s_sequence;

    public static int Count { get; private set; }

    /// <summary>Pages of all segments, there or not.</summary>
    public static ulong TotalPages { get; private set; }

    /// <summary>The highest index in use, -1 when there is none.</summary>
    public static int HighestIndex
    {
        get
        {
            int index = s_segments == null ? -1 : MaximumNumber - 1;
            while (index >= 0 && s_segments[index] == null) index--;
            return index;
        }
    }

    /// <summary>The segment at an index, or null.</summary>
    public static SharedSegment At(int index) => s_segments != null && index is >= 0 and < MaximumNumber ? s_segments[index] : null;

    /// <summary>The segment with an identifier: 0, or -EINVAL when there is none (any more).</summary>
    public static int Find(int id, out SharedSegment segment)
    {
        segment = id < 0 ? null : At(id & ((1 << SequenceShift) - 1));
        if (segment == null) return -Errno.Invalid;
        return segment.Id == id ? 0 : -Errno.Invalid;
    }

    /// <summary>The segment with a key, or null.</summary>
    public static SharedSegment FindKey(int key)
    {
        for (int i = HighestIndex; i >= 0 && key != 0; i--)
            if (s_segments[i] != null && s_segments[i].Key == key) return s_segments[i];
        return null;
    }

    /// <summary>A new segment, of huge pages or small ones: its identifier, or -EINVAL for a size beyond the limits, -ENOSPC, -ENOMEM.</summary>
    public static int Create(int key, ulong sizeBytes, uint mode, bool isReserved, bool isHuge)
    {
        if (sizeBytes == 0 || sizeBytes > MaximumBytes) return -Errno.Invalid;
        ulong pages = (sizeBytes + 4095) >> 12;
        if (pages << 12 < sizeBytes || TotalPages + pages < pages || TotalPages + pages > MaximumPages) return -Errno.NoSpace;
        if (Count >= MaximumCount) return -Errno.NoSpace;
        if (!SharedFiles.MayCreate(sizeBytes, isReserved && !isHuge)) return -Errno.NoMemory;
        SharedSegment segment = new SharedSegment(isHuge ? SharedFiles.HugeFileSystem : SharedFiles.FileSystem, key, sizeBytes, mode);
        if (isHuge && isReserved && !segment.HugePages.TryReserve(sizeBytes))
        {
            segment.Release();
            return -Errno.NoMemory;
        }
        if (s_segments == null) s_segments = new SharedSegment[MaximumNumber];
        int index = 0;
        while (s_segments[index] != null) index++;
        if (index <= s_lastIndex && ++s_sequence == MaximumSequence) s_sequence = 0;
        s_lastIndex = index;
        segment.Id = s_sequence << SequenceShift | index;
        byte* text = stackalloc byte[NameBytes];
        TextWriter name = new TextWriter(text, NameBytes);
        name.Text("SYSV"u8);
        name.Hex((uint)key, 8);
        segment.Entry = SharedFiles.Adopt(name.Written, segment, isHuge ? HugePage.RoundUp(sizeBytes) : pages << 12, isReserved && !isHuge);
        segment.Number = (ulong)segment.Id;
        s_segments[index] = segment;
        Count++;
        TotalPages += pages;
        return segment.Id;
    }

    /// <summary>IPC_RMID: the key is free at once, the memory when nothing maps it.</summary>
    public static void Remove(SharedSegment segment)
    {
        segment.IsRemoved = true;
        segment.Key = 0;
        if (segment.AttachCount == 0) Drop(segment);
    }

    /// <summary>Takes a segment off the table. Whoever still uses it holds a reference.</summary>
    public static void Drop(SharedSegment segment)
    {
        s_segments[segment.Id & ((1 << SequenceShift) - 1)] = null;
        Count--;
        TotalPages -= (segment.CreatedSize + 4095) >> 12;
        Dentry entry = segment.Entry;
        segment.Entry = null;
        entry.Release();
    }

    /// <summary>/proc/sysvipc/shm, character for character as Linux prints it.</summary>
    public static void Write(ref TextWriter writer)
    {
        writer.Text("       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime "u8);
        writer.Text("                  rss                  swap\n"u8);
        for (int i = 0; i <= HighestIndex; i++)
            if (s_segments[i] != null) Write(s_segments[i], ref writer);
    }

    /// <summary>The permission bits with SHM_DEST and SHM_LOCKED.</summary>
    public static uint ModeOf(SharedSegment segment) => segment.Mode | (segment.IsRemoved ? 0x200u : 0) | (segment.IsLocked ? 0x400u : 0);

    private static void Write(SharedSegment segment, ref TextWriter writer)
    {
        Number(ref writer, segment.Key, 10);
        Number(ref writer, segment.Id, 11);
        writer.Text("  "u8);
        writer.PowerOfTwo(ModeOf(segment), 3, 4);
        writer.Decimal(segment.CreatedSize, 22);
        writer.Decimal((ulong)segment.CreatorPid, 6);
        writer.Decimal((ulong)segment.LastPid, 6);
        writer.Decimal((ulong)segment.AttachCount, 7);
        writer.Decimal(segment.UserId, 6);
        writer.Decimal(segment.GroupId, 6);
        writer.Decimal(segment.CreatorUserId, 6);
        writer.Decimal(segment.CreatorGroupId, 6);
        writer.Decimal(segment.AttachTime, 11);
        writer.Decimal(segment.DetachTime, 11);
        writer.Decimal(segment.ChangeTime, 11);
        ulong swapped = segment.SwappedPages;
        writer.Decimal(segment.Content.PageCount - swapped << 12, 22);
        writer.Decimal(swapped << 12, 22);
        writer.Byte((byte)'\n');
    }

    /// <summary>A signed number, right-aligned.</summary>
    public static void Number(ref TextWriter writer, int value, int width)
    {
        if (value >= 0)
        {
            writer.Decimal((ulong)value, width);
            return;
        }
        int digits = 1;
        for (long rest = -(long)value; rest >= 10; rest /= 10) digits++;
        for (int i = digits + 1; i < width; i++) writer.Byte((byte)' ');
        writer.Signed(value);
    }
}
