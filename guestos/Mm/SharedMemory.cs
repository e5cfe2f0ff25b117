using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>The pages of a shared anonymous mapping: all that fork shares one of these see the same frames. Lives as long as an area maps it.</summary>
internal sealed unsafe class SharedMemory : PageSource
{
    private readonly uint[] _frames;
    private int _references = 1;

    /// <summary>Nothing is allocated but one word per page.</summary>
    public SharedMemory(int pageCount) => _frames = new uint[pageCount];

    public override ulong SizeBytes => (ulong)_frames.Length << 12;

    public override bool TracksWrites => false;

    public override ulong InodeNumber => 0;

    public override uint FindCached(ulong pageIndex) => pageIndex < (ulong)_frames.Length ? _frames[(int)pageIndex] : 0;

    public override int Fill(ulong firstPage, int pageCount)
    {
        if (firstPage >= (ulong)_frames.Length) return -Errno.InputOutput;
        uint frame = FrameAllocator.AllocateForUser();
        if (frame == 0) return -Errno.NoMemory;
        Memory.ClearPage(Physical.FramePointer(frame));
        _frames[(int)firstPage] = frame;
        return 0;
    }

    public override void MarkDirty(ulong pageIndex) { }

    public override void AddReference() => _references++;

    public override void Release()
    {
        if (--_references != 0) return;
        for (int i = 0; i < _frames.Length; i++)
            if (_frames[i] != 0) FrameAllocator.Release(_frames[i]);
        KernelHeap.Free(_frames);
        KernelHeap.Free(this);
    }

    public override int CopyPath(byte* buffer, int capacity)
    {
        System.ReadOnlySpan<byte> name = "/dev/zero (deleted)"u8;
        int length = name.Length < capacity ? name.Length : capacity;
        for (int i = 0; i < length; i++) buffer[i] = name[i];
        return length;
    }
}
