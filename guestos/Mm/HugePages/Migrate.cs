using System.Runtime.CompilerServices;
using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Moves a page to another frame: its content, its page table entries, its place in the books. Who has it does not notice.</summary>
internal static unsafe class Migrate
{
    /// <summary>/proc/vmstat's pgmigrate_success and pgmigrate_fail.</summary>
    public static ulong Successes { get; private set; }

    public static ulong Failures { get; private set; }

    /// <summary>True for a page of a program or a file that page tables and caches refer to, and as far as can be seen at once nobody else.</summary>
    public static bool IsMovable(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        if (!record->HasOwner || !record->Is(FrameFlags.Listed) || record->Is(FrameFlags.Huge)) return false;
        return !record->Is(FrameFlags.Anonymous) || FrameAllocator.References(frame) == record->MapCount + (record->SwapSlot != 0 ? 1u : 0);
    }

    /// <summary>
    /// Moves a movable page to a frame that is neither free nor in use; then the old one is in that state. False when somebody uses the page just now.
    /// </summary>
    public static bool Try(uint from, uint to)
    {
        FrameRecord* record = FrameTable.Of(from);
        uint expected = record->Is(FrameFlags.Anonymous) ? record->MapCount : FrameAllocator.References(from) - 1;
        FrameMappings mappings = new FrameMappings(from);
        while (mappings.Next()) expected--;
        if (expected != 0)
        {
            Failures++;
            return false;
        }
        Memory.CopyPage(Physical.FramePointer(to), Physical.FramePointer(from));
        mappings = new FrameMappings(from);
        while (mappings.Next()) mappings.SetEntry(new PageTableEntry(to, mappings.Entry->Value & ~PageTableEntry.AddressMask));
        if (!record->Is(FrameFlags.Anonymous)) Unsafe.As<PageSource>(Unsafe.ObjectAt(record->Owner)).Replace(record->PageIndex, to);
        else if (record->SwapSlot != 0) SwapArea.SetCached(record->SwapSlot, to);
        record->Clear(FrameFlags.PartOfHuge);
        PageLists.Replace(from, to);
        FrameAllocator.TransferReferences(from, to);
        Successes++;
        return true;
    }
}
