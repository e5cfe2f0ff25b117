using System;
using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Pages the kernel shows to every program under a name in brackets, such as [vdso]. They stay for ever, and their areas cannot be cut.</summary>
internal sealed unsafe class KernelPages : PageSource
{
    private const int MaximumNameBytes = 16;

    private readonly uint[] _frames;
    private readonly byte[] _name;

    /// <param name="name">At most <see cref="MaximumNameBytes"/> bytes.</param>
    /// <param name="pageCount">Frames to take, zeroed; a touch of the area beyond them is SIGBUS.</param>
    public KernelPages(ReadOnlySpan<byte> name, int pageCount)
    {
        _frames = new uint[pageCount];
        for (int i = 0; i < pageCount; i++) _frames[i] = FrameAllocator.AllocateZeroed();
        int length = name.Length < MaximumNameBytes ? name.Length : MaximumNameBytes;
        _name = new byte[length];
        for (int i = 0; i < length; i++) _name[i] = name[i];
    }

    public override ulong SizeBytes => (ulong)_frames.Length << 12;

    public override bool TracksWrites => false;

    public override ulong InodeNumber => 0;

    public override uint FindCached(ulong pageIndex) => pageIndex < (ulong)_frames.Length ? _frames[(int)pageIndex] : 0;

    public override int Fill(ulong firstPage, int pageCount) => -Errno.InputOutput;

    public override void MarkDirty(ulong pageIndex) { }

    public override void AddReference() { }

    public override void Release() { }

    public override int CopyPath(byte* buffer, int capacity)
    {
        int length = _name.Length < capacity ? _name.Length : capacity;
        for (int i = 0; i < length; i++) buffer[i] = _name[i];
        return length;
    }
}
