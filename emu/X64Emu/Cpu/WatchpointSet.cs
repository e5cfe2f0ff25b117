using X64Emu.Bus;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>
/// Ranges of memory at whose access the processor stops with <see cref="StopReason.Watchpoint"/>, behind the instruction. Virtual ranges are
/// watched in every address space, physical ones through every mapping. Pages without a watched byte are accessed at full speed.
/// </summary>
public sealed class WatchpointSet
{
    private readonly List<Watchpoint> watchpoints = [];
    private readonly HashSet<ulong> virtualPages = [], frames = [];
    private readonly Action changed;
    private int lastId;

    /// <summary>An empty set.</summary>
    /// <param name="changed">Called when pages have come or gone: fast translations no longer fit.</param>
    internal WatchpointSet(Action changed) => this.changed = changed;

    private readonly record struct Watchpoint(int Id, bool IsPhysical, ulong First, ulong Last, WatchAccess Access)
    {
        public bool Sees(ulong address, int lengthBytes, WatchAccess access) =>
            (Access & access) != 0 && address <= Last && First <= address + (ulong)(lengthBytes - 1);
    }

    /// <summary>How many there are.</summary>
    public int Count => watchpoints.Count;

    /// <summary>Watches a range of virtual addresses and returns its number, from 1 on.</summary>
    /// <param name="start">The first byte; canonical.</param>
    /// <param name="lengthBytes">At least 1, at most 1 GiB.</param>
    /// <param name="access">Which accesses.</param>
    /// <exception cref="ArgumentException">The length is out of range, the range leaves the address space, or <paramref name="access"/> is none.</exception>
    public int Add(VirtualAddress start, ulong lengthBytes, WatchAccess access) => Add(isPhysical: false, start.Value, lengthBytes, access);

    /// <summary>Watches a range of physical addresses, however it is mapped, and returns its number.</summary>
    /// <param name="start">The first byte.</param>
    /// <param name="lengthBytes">At least 1, at most 1 GiB.</param>
    /// <param name="access">Which accesses.</param>
    /// <exception cref="ArgumentException">The length is out of range, the range leaves the address space, or <paramref name="access"/> is none.</exception>
    public int AddPhysical(PhysicalAddress start, ulong lengthBytes, WatchAccess access) => Add(isPhysical: true, start.Value, lengthBytes, access);

    /// <summary>Takes one out; false when there is none of that number.</summary>
    public bool Remove(int id)
    {
        if (watchpoints.RemoveAll(one => one.Id == id) == 0) return false;
        FindPages();
        return true;
    }

    /// <summary>Takes all out.</summary>
    public void Clear()
    {
        watchpoints.Clear();
        FindPages();
    }

    /// <summary>Whether an access to a page could concern a watchpoint.</summary>
    internal bool ContainsPage(ulong virtualAddress, ulong physicalAddress) =>
        virtualPages.Contains(virtualAddress >> 12) || frames.Contains(physicalAddress >> 12);

    /// <summary>Adds to <paramref name="hits"/> one for each watchpoint that an access within one page concerns.</summary>
    internal void Find(in WatchHit access, bool reads, List<WatchHit> hits)
    {
        WatchAccess kinds = (access.Kind == Paging.AccessKind.Write ? WatchAccess.Write : WatchAccess.None) | (reads ? WatchAccess.Read : WatchAccess.None);
        foreach (Watchpoint one in watchpoints)
        {
            if (!one.IsPhysical && access.Origin == AccessOrigin.Device) continue;
            if (one.Sees(one.IsPhysical ? access.Physical.Value : access.Address.Value, access.LengthBytes, kinds)) hits.Add(access with { Id = one.Id });
        }
    }

    private int Add(bool isPhysical, ulong first, ulong lengthBytes, WatchAccess access)
    {
        const ulong longest = 1UL << 30;
        if (lengthBytes is 0 or > longest) throw new ArgumentException("a watched range has 1 byte to 1 GiB", nameof(lengthBytes));
        if (first + (lengthBytes - 1) < first) throw new ArgumentException("a watched range must not wrap around", nameof(lengthBytes));
        if ((access & WatchAccess.ReadWrite) == WatchAccess.None) throw new ArgumentException("a watchpoint is for reads, writes or both", nameof(access));
        watchpoints.Add(new Watchpoint(++lastId, isPhysical, first, first + (lengthBytes - 1), access));
        FindPages();
        return lastId;
    }

    private void FindPages()
    {
        virtualPages.Clear();
        frames.Clear();
        foreach (Watchpoint one in watchpoints)
        {
            HashSet<ulong> pages = one.IsPhysical ? frames : virtualPages;
            for (ulong page = one.First / GuestRam.FrameBytes; page <= one.Last / GuestRam.FrameBytes; page++) pages.Add(page);
        }
        changed();
    }
}
