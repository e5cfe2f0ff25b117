using X64Emu.Debugging.Symbols.Elf;

namespace X64Emu.Debugging.Symbols.Frames;

/// <summary>The call frame information of one module: .debug_frame and .eh_frame. Addresses are as linked.</summary>
internal sealed class FrameTable
{
    private readonly FrameDescription[] debugFrame;
    private readonly FrameDescription[] exceptionFrame;

    /// <summary>Reads both sections. Damage ends a section's list.</summary>
    public FrameTable(ElfFile elf)
    {
        debugFrame = Sorted(FrameSection.Read(elf, ".debug_frame", isExceptionFrame: false));
        exceptionFrame = Sorted(FrameSection.Read(elf, ".eh_frame", isExceptionFrame: true));
    }

    /// <summary>All descriptions, those of .debug_frame first.</summary>
    public IEnumerable<FrameDescription> All => debugFrame.Concat(exceptionFrame);

    /// <summary>The description of the function around an address, or null.</summary>
    public FrameDescription? Find(ulong address) => Find(debugFrame, address) ?? Find(exceptionFrame, address);

    private static FrameDescription? Find(FrameDescription[] descriptions, ulong address)
    {
        int low = 0;
        int high = descriptions.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (descriptions[middle].Start <= address) low = middle + 1;
            else high = middle;
        }
        return low > 0 && address - descriptions[low - 1].Start < descriptions[low - 1].LengthBytes ? descriptions[low - 1] : null;
    }

    private static FrameDescription[] Sorted(IEnumerable<FrameDescription> descriptions) =>
        [.. descriptions.Where(description => description.LengthBytes > 0).OrderBy(description => description.Start)];
}
