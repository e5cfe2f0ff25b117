using X64Emu.Bus;
using X64Emu.Primitives;

namespace X64Emu.Paging;

/// <summary>The last write to a page-table entry that changed it.</summary>
/// <param name="Entry">Where the entry is.</param>
/// <param name="Rip">The instruction that wrote it.</param>
/// <param name="Instruction">How many instructions had retired before that one.</param>
/// <param name="OldValue">The entry before.</param>
/// <param name="NewValue">The entry afterwards. The processor may have set A and D since.</param>
public readonly record struct PageTableWrite(PhysicalAddress Entry, VirtualAddress Rip, long Instruction, ulong OldValue, ulong NewValue);

/// <summary>
/// Who wrote which page-table entry. While enabled, frames that page walks read entries from, and frames that logged entries point to as
/// tables, are remembered, and stores to them are written down. Stores elsewhere run at full speed, and no count changes.
/// </summary>
/// <remarks>A table that is filled before any walk or known entry reaches it (a new process's) is not known yet: its first entries have no
/// writer here.</remarks>
public sealed class PageTableWriteLog
{
    /// <summary>More entries than this are forgotten all at once, so that a guest cannot fill the host's memory.</summary>
    private const int MostEntries = 1 << 20;

    private readonly Dictionary<ulong, int> levelOfFrame = [];
    private readonly Dictionary<ulong, PageTableWrite> lastWrites = [];
    private readonly Action changed;
    private readonly Action<ulong> frameFound;
    private bool isEnabled;

    /// <summary>A log that is off.</summary>
    /// <param name="changed">Called when it is turned on or off.</param>
    /// <param name="frameFound">Called with the number of a frame whose stores must be seen from now on.</param>
    internal PageTableWriteLog(Action changed, Action<ulong> frameFound)
    {
        this.changed = changed;
        this.frameFound = frameFound;
    }

    /// <summary>Whether writes are logged. Turning it off forgets all.</summary>
    public bool IsEnabled
    {
        get => isEnabled;
        set
        {
            if (isEnabled == value) return;
            isEnabled = value;
            levelOfFrame.Clear();
            lastWrites.Clear();
            changed();
        }
    }

    /// <summary>The last write that changed an entry; false when none is known.</summary>
    /// <param name="entry">The entry's physical address, a multiple of 8.</param>
    /// <param name="write">Who wrote it.</param>
    public bool TryGetLast(PhysicalAddress entry, out PageTableWrite write) => lastWrites.TryGetValue(entry.Value, out write);

    /// <summary>Whether stores to a frame must be seen.</summary>
    internal bool IsTable(ulong frame) => levelOfFrame.ContainsKey(frame);

    /// <summary>A walk has read an entry of a table.</summary>
    /// <param name="frame">The table's frame number.</param>
    /// <param name="level">4 for a PML4 to 1 for a page table.</param>
    internal void TableUsed(ulong frame, int level)
    {
        if (levelOfFrame.TryGetValue(frame, out int known) && known >= level) return;
        levelOfFrame[frame] = level;
        frameFound(frame);
    }

    /// <summary>User code writes to the frame: it has become an ordinary page.</summary>
    internal void TableReused(ulong frame) => levelOfFrame.Remove(frame);

    /// <summary>Writes an entry's change down. A new lower table is a table from now on.</summary>
    internal void EntryWritten(in PageTableWrite write)
    {
        if (write.OldValue == write.NewValue) return;
        if (lastWrites.Count >= MostEntries) lastWrites.Clear();
        lastWrites[write.Entry.Value] = write;
        PageTableEntry entry = new(write.NewValue);
        if (!levelOfFrame.TryGetValue(write.Entry.Value / GuestRam.FrameBytes, out int level)) return;
        bool pointsToTable = level > 1 && entry.IsPresent && !(level < 4 && entry.IsLargePage);
        if (pointsToTable) TableUsed(entry.Address.Value / GuestRam.FrameBytes, level - 1);
    }
}
