using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>/proc/kpagecount and kpageflags: what each frame of RAM is (Linux's Documentation/admin-guide/mm/pagemap.rst).</summary>
internal sealed unsafe class FrameFile : WordFile
{
    private readonly delegate*<uint, ulong> _word;

    private FrameFile(Inode inode, uint flags, delegate*<uint, ulong> word)
        : base(inode, flags) => _word = word;

    /// <summary>/proc/kpagecount: mappings of the frame.</summary>
    public static OpenFile OpenCounts(Inode inode, uint flags) => new FrameFile(inode, flags, &FrameUse.Mappings);

    /// <summary>/proc/kpageflags: Linux's KPF_ bits.</summary>
    public static OpenFile OpenFlags(Inode inode, uint flags) => new FrameFile(inode, flags, &FrameUse.Flags);

    protected override ulong WordCount => FrameAllocator.FrameCount;

    protected override ulong WordAt(ulong index) => _word((uint)index);
}
