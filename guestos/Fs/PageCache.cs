using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>
/// The cached pages of one inode: page index -> frame, each frame with one reference of the cache. Shared by read, write and every mapping.
/// </summary>
internal sealed unsafe class PageCache : PageSource
{
    private readonly Inode _inode;

    // Frame per page index, 0 where not cached.
    private uint[] _frames = new uint[4];

    /// <summary>The cache of an inode, which owns it; a mapping counts on the inode.</summary>
    public PageCache(Inode inode) => _inode = inode;

    public override ulong SizeBytes => _inode.SizeBytes;

    public override ulong InodeNumber => _inode.Number;

    public override void AddReference() => _inode.AddReference();

    public override void Release() => _inode.Release();

    public override int CopyPath(byte* buffer, int capacity) => 0;

    public override uint FindCached(ulong pageIndex) => pageIndex < (ulong)_frames.Length ? _frames[(int)pageIndex] : 0;

    public override int Fill(ulong firstPage, int pageCount)
    {
        ulong endPage = (_inode.SizeBytes + 4095) >> 12;
        if (firstPage >= endPage) return -Errno.InputOutput;
        if (endPage > firstPage + (ulong)pageCount) endPage = firstPage + (ulong)pageCount;
        for (ulong page = firstPage; page < endPage; page++)
        {
            if (FindCached(page) != 0) continue;
            int error = ReadIn(page);
            if (error != 0) return page == firstPage ? error : 0;
        }
        return 0;
    }

    public override void MarkDirty(ulong pageIndex) { }

    /// <summary>Drops every page; frames still mapped live on until they are unmapped.</summary>
    public void Clear()
    {
        for (int i = 0; i < _frames.Length; i++)
        {
            if (_frames[i] != 0) FrameAllocator.Release(_frames[i]);
            _frames[i] = 0;
        }
    }

    /// <summary>Frees the cache's own memory, after <see cref="Clear"/>.</summary>
    public void Destroy()
    {
        Clear();
        KernelHeap.Free(_frames);
        KernelHeap.Free(this);
    }

    private int ReadIn(ulong page)
    {
        uint frame = FrameAllocator.AllocateForUser();
        if (frame == 0) return -Errno.NoMemory;
        int error = _inode.ReadPage(page, Physical.FramePointer(frame));
        // Somebody else may have read the page while this thread slept.
        if (error == 0 && FindCached(page) == 0)
        {
            Grow(page);
            _frames[(int)page] = frame;
            return 0;
        }
        FrameAllocator.Release(frame);
        return error;
    }

    private void Grow(ulong page)
    {
        if (page < (ulong)_frames.Length) return;
        ulong length = (ulong)_frames.Length * 2;
        while (length <= page) length *= 2;
        uint[] frames = new uint[(int)length];
        for (int i = 0; i < _frames.Length; i++) frames[i] = _frames[i];
        KernelHeap.Free(_frames);
        _frames = frames;
    }
}
