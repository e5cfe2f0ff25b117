using GuestOs.Mm;

namespace GuestOs.Drivers;

/// <summary>The regular files of a host directory that are in memory, by their numbers: a file with several names is one inode, with one cache.</summary>
internal sealed class NinePFileTable
{
    private const int FirstBuckets = 256;

    // A power of two, at least as many as there are files.
    private NinePInode[] _buckets = new NinePInode[FirstBuckets];
    private int _count;

    /// <summary>The inode of a number, without a reference, or null.</summary>
    public NinePInode Find(ulong number)
    {
        NinePInode inode = _buckets[Bucket(number)];
        while (inode != null && inode.Number != number) inode = inode.NextInTable;
        return inode;
    }

    public void Add(NinePInode inode)
    {
        if (++_count > _buckets.Length && !FrameAllocator.IsExhausted) Grow();
        Link(inode);
    }

    public void Remove(NinePInode inode)
    {
        _count--;
        int bucket = Bucket(inode.Number);
        if (_buckets[bucket] == inode)
        {
            _buckets[bucket] = inode.NextInTable;
            return;
        }
        NinePInode before = _buckets[bucket];
        while (before.NextInTable != inode) before = before.NextInTable;
        before.NextInTable = inode.NextInTable;
    }

    private void Link(NinePInode inode)
    {
        int bucket = Bucket(inode.Number);
        inode.NextInTable = _buckets[bucket];
        _buckets[bucket] = inode;
    }

    private void Grow()
    {
        NinePInode[] old = _buckets;
        _buckets = new NinePInode[old.Length * 2];
        for (int i = 0; i < old.Length; i++)
        {
            NinePInode inode = old[i];
            while (inode != null)
            {
                NinePInode next = inode.NextInTable;
                Link(inode);
                inode = next;
            }
        }
        KernelHeap.Free(old);
    }

    // Numbers of a directory's files often follow one another; the device is in the upper bits.
    private int Bucket(ulong number) => (int)((uint)(number ^ number >> 48) & (uint)(_buckets.Length - 1));
}
