using X64Emu.Bus;
using X64Emu.Primitives;

namespace X64Emu.Paging;

/// <summary>
/// Walks PML4, PDPT, page directory and page table in guest memory (Intel SDM Vol. 3A, 4.5): checks presence, reserved bits and
/// permissions, and sets the accessed and dirty bits of a walk that succeeds.
/// </summary>
internal sealed class PageWalker
{
    private readonly GuestRam ram;
    private readonly MmioBus mmio;
    private readonly PagingCounters counters;
    private readonly WalkCache? cache;
    private readonly ulong[] entryAddresses = new ulong[5];
    private readonly ulong[] entries = new ulong[5];

    public PageWalker(GuestRam ram, MmioBus mmio, PagingCounters counters, bool useCaches)
    {
        this.ram = ram;
        this.mmio = mmio;
        this.counters = counters;
        cache = useCaches ? new WalkCache() : null;
    }

    /// <summary>Told of each 4 KiB frame the walker writes accessed or dirty bits to: a paging structure may share a frame with code.</summary>
    public Action<ulong>? FrameWritten { get; set; }

    /// <summary>Remembers the tables that walks read, while it is enabled.</summary>
    public PageTableWriteLog? WriteLog { get; set; }

    /// <summary>Translates one address. On success the translation is in <paramref name="translation"/>; else the #PF error code's
    /// P, W, U, RSVD and I bits are in <paramref name="errorCode"/>.</summary>
    public bool Walk(
        ulong cr3, ulong virtualAddress, ushort pcid, AccessKind kind, AccessMode mode, in PagingControls controls,
        out TlbEntry translation, out uint errorCode)
    {
        translation = default;
        ulong table = cr3 & PageTableEntry.AddressMask;
        bool writable = true, user = true, noExecute = false;
        int level = 4;
        if (cache is not null && cache.TryFind(virtualAddress, pcid, out WalkCache.Node node))
        {
            (table, level) = (node.Table, node.Level);
            (writable, user, noExecute) = (node.Permissions.IsWritable, node.Permissions.IsUser, node.Permissions.IsNoExecute);
        }
        int top = level;
        for (; ; level--)
        {
            ulong address = table + (virtualAddress >> (12 + 9 * (level - 1)) & 511) * 8;
            PageTableEntry entry = new(ReadEntry(address));
            counters.WalkMemoryReads++;
            WriteLog?.TableUsed(address / GuestRam.FrameBytes, level);
            if (!entry.IsPresent) return Fail(0, kind, mode, controls, out errorCode);
            if (entry.HasReservedBits(level, controls.NoExecute))
                return Fail(PageFaultErrorCode.PresentBit | PageFaultErrorCode.ReservedBit, kind, mode, controls, out errorCode);
            entryAddresses[level] = address;
            entries[level] = entry.Value;
            writable &= entry.IsWritable;
            user &= entry.IsUser;
            noExecute |= entry.IsNoExecute && controls.NoExecute;
            if (level == 1 || (level < 4 && entry.IsLargePage)) break;
            table = entry.Address.Value;
        }

        PagePermissions permissions = new(writable, user, noExecute);
        if (!permissions.Allow(kind, mode, controls)) return Fail(PageFaultErrorCode.PresentBit, kind, mode, controls, out errorCode);
        SetAccessedAndDirty(level, top, kind == AccessKind.Write);
        cache?.Insert(virtualAddress, pcid, entries, level, top);

        int shift = 12 + 9 * (level - 1);
        PageTableEntry leaf = new(entries[level]);
        translation = new TlbEntry
        {
            VirtualBase = virtualAddress >> shift << shift,
            PhysicalBase = leaf.Address.Value >> shift << shift,
            Pcid = pcid,
            Shift = (byte)shift,
            IsGlobal = controls.GlobalPages && leaf.IsGlobal,
            IsDirty = leaf.IsDirty,
            Permissions = permissions,
        };
        if (shift == 12) counters.Walks4K++;
        else if (shift == 21) counters.Walks2M++;
        else counters.Walks1G++;
        errorCode = 0;
        return true;
    }

    /// <summary>Forgets the paging-structure caches: what INVLPG and CR3 loads do at least (Intel SDM Vol. 3A, 4.10.4.1).</summary>
    public void FlushCaches() => cache?.Clear();

    private bool Fail(uint code, AccessKind kind, AccessMode mode, in PagingControls controls, out uint errorCode)
    {
        counters.WalksFaulted++;
        if (kind == AccessKind.Write) code |= PageFaultErrorCode.WriteBit;
        if (mode == AccessMode.User) code |= PageFaultErrorCode.UserBit;
        if (kind == AccessKind.Fetch && (controls.NoExecute || controls.Smep)) code |= PageFaultErrorCode.FetchBit;
        errorCode = code;
        return false;
    }

    private void SetAccessedAndDirty(int leaf, int top, bool write)
    {
        for (int level = top; level >= leaf; level--)
        {
            ulong wanted = PageTableEntry.AccessedBit | (write && level == leaf ? PageTableEntry.DirtyBit : 0);
            if ((entries[level] & wanted) == wanted) continue;
            entries[level] |= wanted;
            counters.WalkMemoryWrites++;
            WriteEntry(entryAddresses[level], entries[level]);
        }
    }

    private ulong ReadEntry(ulong address) =>
        ram.TryReadUInt64(new PhysicalAddress(address), out ulong value) ? value : mmio.Read(new PhysicalAddress(address), 8);

    private unsafe void WriteEntry(ulong address, ulong value)
    {
        // TryGetPointer proves that all eight bytes are RAM; tables in device space keep no accessed bits.
        ulong* entry = (ulong*)ram.TryGetPointer(address, 8);
        if (entry == null) return;
        *entry = value;
        FrameWritten?.Invoke(address >> 12);
    }
}
