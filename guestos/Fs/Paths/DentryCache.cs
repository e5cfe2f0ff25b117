using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>
/// The names the kernel knows, found by parent and name. Entries of evictable file systems are dropped, oldest first, when there are too many.
/// </summary>
internal static unsafe class DentryCache
{
    private const int FirstBuckets = 1024;
    private const int MaximumEvictable = 4096;

    // A power of two, at least as many as there are names.
    private static Dentry[] s_buckets;
    private static int s_count;
    private static Dentry s_firstEvictable;
    private static Dentry s_lastEvictable;
    private static int s_evictableCount;

    public static void Initialize()
    {
        s_buckets = new Dentry[FirstBuckets];
        Reclaim.OnExhausted = &Shrink;
    }

    /// <summary>The entry with a reference, or null when it is not known.</summary>
    public static Dentry Find(Dentry parent, ReadOnlySpan<byte> name)
    {
        uint hash = Dentry.HashOf(name);
        for (Dentry entry = s_buckets[Bucket(parent, hash)]; entry != null; entry = entry.NextInBucket)
        {
            if (entry.Hash != hash || entry.Parent != parent || !entry.HasName(name)) continue;
            entry.AddReference();
            return entry;
        }
        return null;
    }

    /// <summary>Names that could be forgotten.</summary>
    public static int EvictableCount => s_evictableCount;

    /// <summary>Lists an entry.</summary>
    public static void Add(Dentry entry)
    {
        entry.AddReference();
        entry.IsListed = true;
        Dentry parent = entry.Parent;
        if (++s_count > s_buckets.Length && !FrameAllocator.IsExhausted) Grow();
        Link(entry);
        entry.PreviousSibling = parent.LastChild;
        if (parent.LastChild != null) parent.LastChild.NextSibling = entry;
        else parent.FirstChild = entry;
        parent.LastChild = entry;
        if (!entry.Inode.FileSystem.IsEvictable) return;
        AppendEvictable(entry);
        if (s_evictableCount > MaximumEvictable) Evict(MaximumEvictable / 16, MaximumEvictable / 8);
    }

    /// <summary>Takes an entry out of the lists; fine when it is not listed.</summary>
    public static void Remove(Dentry entry)
    {
        if (!entry.IsListed) return;
        entry.IsListed = false;
        s_count--;
        Dentry parent = entry.Parent;
        int bucket = Bucket(parent, entry.Hash);
        if (s_buckets[bucket] == entry) s_buckets[bucket] = entry.NextInBucket;
        else
        {
            Dentry before = s_buckets[bucket];
            while (before.NextInBucket != entry) before = before.NextInBucket;
            before.NextInBucket = entry.NextInBucket;
        }
        entry.NextInBucket = null;
        if (entry.PreviousSibling != null) entry.PreviousSibling.NextSibling = entry.NextSibling;
        else parent.FirstChild = entry.NextSibling;
        if (entry.NextSibling != null) entry.NextSibling.PreviousSibling = entry.PreviousSibling;
        else parent.LastChild = entry.PreviousSibling;
        entry.NextSibling = null;
        entry.PreviousSibling = null;
        if (entry.Inode.FileSystem.IsEvictable) RemoveEvictable(entry);
        entry.Release();
    }

    /// <summary>Marks a name as removed from its directory.</summary>
    public static void Delete(Dentry entry)
    {
        entry.IsDeleted = true;
        Remove(entry);
    }

    /// <summary>Renames a listed entry.</summary>
    public static void Move(Dentry entry, Dentry newParent, ReadOnlySpan<byte> newName)
    {
        entry.AddReference();
        Remove(entry);
        entry.Rename(newParent, newName);
        Add(entry);
        entry.Release();
    }

    private static int Bucket(Dentry parent, uint hash) =>
        (int)((hash ^ (uint)((ulong)System.Runtime.CompilerServices.Unsafe.AddressOf(parent) >> 4)) & (uint)(s_buckets.Length - 1));

    private static void Link(Dentry entry)
    {
        int bucket = Bucket(entry.Parent, entry.Hash);
        entry.NextInBucket = s_buckets[bucket];
        s_buckets[bucket] = entry;
    }

    /// <summary>Doubles the buckets.</summary>
    private static void Grow()
    {
        Dentry[] old = s_buckets;
        s_buckets = new Dentry[old.Length * 2];
        for (int i = 0; i < old.Length; i++)
        {
            Dentry entry = old[i];
            while (entry != null)
            {
                Dentry next = entry.NextInBucket;
                Link(entry);
                entry = next;
            }
        }
        KernelHeap.Free(old);
    }

    private static void AppendEvictable(Dentry entry)
    {
        entry.PreviousEvictable = s_lastEvictable;
        if (s_lastEvictable != null) s_lastEvictable.NextEvictable = entry;
        else s_firstEvictable = entry;
        s_lastEvictable = entry;
        s_evictableCount++;
    }

    private static void RemoveEvictable(Dentry entry)
    {
        if (entry.PreviousEvictable != null) entry.PreviousEvictable.NextEvictable = entry.NextEvictable;
        else s_firstEvictable = entry.NextEvictable;
        if (entry.NextEvictable != null) entry.NextEvictable.PreviousEvictable = entry.PreviousEvictable;
        else s_lastEvictable = entry.PreviousEvictable;
        entry.NextEvictable = null;
        entry.PreviousEvictable = null;
        s_evictableCount--;
    }

    /// <summary>
    /// Drops up to <paramref name="count"/> of the oldest entries, those that nobody uses. One in use goes to the end of the list: no later call has to
    /// pass it again before all others.
    /// </summary>
    private static void Evict(int count, int mostLookedAt)
    {
        while (mostLookedAt-- > 0 && count > 0 && s_firstEvictable != null)
        {
            Dentry entry = s_firstEvictable;
            if (entry.References == 1 && entry.Inode.IsUnused && entry.Mounted == null)
            {
                Remove(entry);
                count--;
            }
            else
            {
                RemoveEvictable(entry);
                AppendEvictable(entry);
            }
        }
    }

    /// <summary>Drops some of the oldest entries that nobody uses; false when there are none.</summary>
    private static bool Shrink()
    {
        int count = s_evictableCount;
        Evict(MaximumEvictable / 16, s_evictableCount);
        return s_evictableCount < count;
    }

    /// <summary>Frees cached file pages that are neither changed nor mapped.</summary>
    private static void DropPages()
    {
        for (Dentry entry = s_firstEvictable; entry != null; entry = entry.NextEvictable)
            if (entry.Inode.Pages != null) entry.Inode.Pages.DropUnused();
    }

    /// <summary>vm.drop_caches: forgets file pages that nobody maps, and names and inodes that nobody uses.</summary>
    public static void DropCaches(bool pages, bool names)
    {
        if (pages) DropPages();
        if (names) Evict(s_evictableCount, s_evictableCount);
    }
}
