using X64Emu.Debugging.Guest.Layout;

namespace X64Emu.Debugging.Guest.Readers;

/// <summary>The kernel's table of physical frames.</summary>
internal sealed class FrameReader
{
    /// <summary>How many frames of 4 KiB a page of 2 MiB has.</summary>
    public const ulong FramesPerHugePage = 512;

    private const string Allocator = "Mm_FrameAllocator";
    private readonly KernelMemory memory;
    private readonly KernelStatic references, frameCount, totalFrames, freeFrames, zeroFrame, hugeZeroFrame;

    public FrameReader(KernelTypes types, KernelMemory memory)
    {
        this.memory = memory;
        references = types.Static(Allocator, "s_references");
        frameCount = types.Static(Allocator, "FrameCount");
        totalFrames = types.Static(Allocator, "TotalFrames");
        freeFrames = types.Static(Allocator, "FreeFrames");
        zeroFrame = types.Static("Mm_PageTable", "ZeroFrame");
        hugeZeroFrame = types.Static("Mm_HugeZeroPage", "Frame");
    }

    public ulong TotalFrames => memory.Read(totalFrames);

    public ulong FreeFrames => memory.Read(freeFrames);

    /// <summary>The frame that untouched anonymous memory shows to readers; its mappings are not counted.</summary>
    public ulong ZeroFrame => memory.Read(zeroFrame);

    /// <summary>The first of the 512 frames that untouched memory with huge pages shows to readers; 0 while there are none.</summary>
    public ulong HugeZeroFrame => memory.Read(hugeZeroFrame);

    /// <summary>References to a frame; null when the kernel does not keep count of it.</summary>
    public uint? References(ulong frame)
    {
        ulong table = memory.Read(references);
        return table != 0 && frame < memory.Read(frameCount) ? (uint)memory.Read(table + frame * sizeof(uint), sizeof(uint)) : null;
    }
}
