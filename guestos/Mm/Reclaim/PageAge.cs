namespace GuestOs.Mm;

/// <summary>What reclaim wants to know of a page, from all page table entries that hold it; their accessed bits are clear afterwards.</summary>
internal unsafe struct PageAge
{
    /// <summary>Entries through which the page was used since the last look.</summary>
    public int Uses;

    /// <summary>It was written through one of them and that is not noted in its record yet.</summary>
    public bool IsDirty;

    /// <summary>One lies in locked memory.</summary>
    public bool IsLocked;

    /// <summary>One lets it be executed.</summary>
    public bool IsExecutable;

    /// <summary>Looks at a frame.</summary>
    public static PageAge Of(uint frame)
    {
        PageAge age = default;
        FrameMappings mappings = new FrameMappings(frame);
        while (mappings.Next())
        {
            PageTableEntry entry = *mappings.Entry;
            VmFlags flags = mappings.Area.Flags;
            age.IsLocked |= mappings.Area.IsLocked;
            age.IsExecutable |= (flags & VmFlags.Execute) != 0;
            age.IsDirty |= entry.IsDirty;
            if (!entry.IsAccessed) continue;
            // Advice of sequential use: used once is used up.
            if ((flags & VmFlags.Sequential) == 0) age.Uses++;
            mappings.SetEntry(entry.Without(PageTableEntry.Accessed));
        }
        return age;
    }
}
