using X64Emu.Debugging.Guest.Layout;
using X64Emu.Paging;

namespace X64Emu.Debugging.Guest.Readers;

/// <summary>The kernel's swap space, and what it keeps in page-table entries that are not present (guestos, Mm/PageTableEntry and Mm/PageTable).</summary>
internal sealed class SwapReader
{
    private const ulong NoAccessBit = 1 << 8, SwappedBit = 1 << 9;

    // In the word of a slot that the swap cache has no frame for: the time when the page went out.
    private const ulong ShadowBit = 1UL << 31;

    private const string Area = "Mm_SwapArea", Record = "Mm_FrameRecord";
    private readonly KernelMemory memory;
    private readonly FrameReader frames;
    private readonly KernelStatic references, cached, slotCount, records;
    private readonly KernelField slotOfRecord;
    private readonly int recordBytes;

    public SwapReader(KernelTypes types, KernelMemory memory, FrameReader frames)
    {
        this.memory = memory;
        this.frames = frames;
        references = types.Static(Area, "s_references");
        cached = types.Static(Area, "s_cached");
        slotCount = types.Static(Area, "s_slotCount");
        records = types.Static("Mm_FrameTable", "s_records");
        slotOfRecord = types.Field(Record, "SwapSlot");
        recordBytes = types.SizeOf(Record);
    }

    /// <summary>What an entry that is not present stands for; null when it stands for nothing.</summary>
    public AbsentPage? Read(PageTableEntry entry, int level)
    {
        if (entry.IsPresent) return null;
        ulong number = entry.Address.Value >> 12;
        if ((entry.Value & NoAccessBit) != 0) return new AbsentPage(AbsentPageKind.NoAccess, number, null);
        return level == 1 && (entry.Value & SwappedBit) != 0 && Slot(number) is { } slot ? new AbsentPage(AbsentPageKind.Swapped, number, slot) : null;
    }

    /// <summary>A slot; null when swap space has none of that number.</summary>
    public SwapSlot? Slot(ulong number)
    {
        ulong counts = memory.Read(references), frameOf = memory.Read(cached);
        if (number == 0 || number >= memory.Read(slotCount) || counts == 0 || frameOf == 0) return null;
        ulong word = memory.Read(frameOf + number * sizeof(uint), sizeof(uint));
        uint uses = (uint)memory.Read(counts + number * sizeof(uint), sizeof(uint));
        return new SwapSlot(number, uses, word == 0 || (word & ShadowBit) != 0 ? null : word);
    }

    /// <summary>The slot that a frame is the swap cache's page of; null when it is of none.</summary>
    public SwapSlot? SlotOf(ulong frame)
    {
        ulong table = memory.Read(records);
        if (table == 0 || !slotOfRecord.IsKnown || frames.References(frame) is not > 0) return null;
        ulong number = memory.Read(table + frame * (ulong)recordBytes + (ulong)slotOfRecord.OffsetBytes, sizeof(uint));
        // A frame's record may say anything while the frame is used for something else; the slot knows.
        return Slot(number) is { } slot && slot.CachedFrame == frame ? slot : null;
    }
}
