namespace X64Emu.Bus;

/// <summary>One byte per physical page: non-zero where decoded instructions came from, so that stores there must drop them.</summary>
/// <remarks>The CPU's store path reads <see cref="Flags"/> directly. Whoever keeps the pointer must not use it after <see cref="Dispose"/>.</remarks>
public sealed unsafe class CodePageMap : IDisposable
{
    private byte* flags;

    /// <summary>A map with every page unmarked, for pages 0 to <see cref="GuestRam.PhysicalPageLimit"/> - 1.</summary>
    public CodePageMap(GuestRam ram)
    {
        ArgumentNullException.ThrowIfNull(ram);
        PageCount = ram.PhysicalPageLimit;
        flags = HostMemory.Reserve(PageCount);
    }

    /// <summary>The number of bytes at <see cref="Flags"/>, one per physical page number from 0 on.</summary>
    public ulong PageCount { get; }

    /// <summary>The flags, indexed by physical page number; in bounds for every page that is RAM. Null after <see cref="Dispose"/>.</summary>
    public byte* Flags => flags;

    /// <summary>True when decoded code came from the page. Pages outside RAM never hold any.</summary>
    public bool ContainsCode(ulong physicalPageNumber) => physicalPageNumber < PageCount && flags[physicalPageNumber] != 0;

    /// <summary>Marks a page as a source of decoded code; a page outside RAM is ignored.</summary>
    public void Mark(ulong physicalPageNumber)
    {
        if (physicalPageNumber < PageCount) flags[physicalPageNumber] = 1;
    }

    /// <summary>Takes the mark away; a page outside RAM is ignored.</summary>
    public void Clear(ulong physicalPageNumber)
    {
        if (physicalPageNumber < PageCount) flags[physicalPageNumber] = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (flags == null) return;
        HostMemory.Release(flags, PageCount);
        flags = null;
    }
}
