using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Memory.Reports;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest.Reports;

/// <summary>The report <c>cow ADDR</c>: which processes share the page at an address, with the page-table entry of each.</summary>
public static class CopyOnWriteText
{
    /// <summary>Describes the page.</summary>
    /// <param name="memory">The machine's memory.</param>
    /// <param name="guest">The kernel.</param>
    /// <param name="process">Whose address it is.</param>
    /// <param name="address">Any address in the page.</param>
    public static IReadOnlyList<string> Lines(DebugMemory memory, GuestKernel guest, GuestProcess process, VirtualAddress address)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(guest);
        ArgumentNullException.ThrowIfNull(process);
        string where = $"address {PagingWords.Hex(address.Value)} of process {process.Pid} ({process.Name})";
        GuestArea? area = guest.Areas(process).FirstOrDefault(area => area.Contains(address));
        if (process.Cr3 is not { } cr3 || !memory.PageTables.TryFind(address, cr3, out PageMapping page))
        {
            return process.Cr3 is { } tables && AbsentAt(memory, guest, address, tables) is { } absent
                ? [$"{where}: {absent.Words}", .. Swapped(memory, guest, absent.Page)]
                : [area is null ? $"{where} is in no area and not mapped" : $"{where} is not mapped yet: the first access to it will be a page fault"];
        }
        ulong frame = page.Translate(address).Value >> 12;
        FrameUse use = FrameSearch.Find(memory, guest, frame);
        TextTable table = new(">pid", "name", "address", "entry at", "entry", "rights", "bits");
        foreach (PageUser user in use.Mappings)
        {
            if (user.Process is null) continue;
            string[] entry = Entry(user.Process, user.AddressOf(frame), user.Page.EntryAddress, user.Page.Entry);
            table.Add([.. entry, PagingWords.Rights(user.Page.Permissions), PagingWords.Bits(user.Page.Entry, user.Page.Level)]);
        }
        foreach (SwapEntryUser user in use.SwapEntries)
            table.Add([.. Entry(user.Process, user.Address, user.EntryAddress, user.Entry), "", "not present, its slot of swap space"]);
        string references = use.References is { } count ? $", {count} reference{(count == 1 ? "" : "s")}" : "";
        IEnumerable<string> cached = use.CachedPages.Select(cached => $"the frame caches page {cached.PageIndex} of {cached.Path}");
        return [$"{where}: frame {PagingWords.Hex(frame)}{references}", .. table.Count == 0 ? [] : table.Lines(), .. cached, Verdict(guest, area, page, use)];
    }

    private static (AbsentPage Page, string Words)? AbsentAt(DebugMemory memory, GuestKernel guest, VirtualAddress address, ulong cr3)
    {
        PageWalkReport walk = memory.PageTables.Walk(address, cr3);
        if (walk.Failure != PageWalkFailure.NotPresent) return null;
        PageWalkLevel last = walk.Levels[^1];
        return guest.Absent(last.Entry, last.Level) is { } page ? (page, AbsentPageText.Describe(guest, last.Entry, last.Level)!) : null;
    }

    private static IEnumerable<string> Swapped(DebugMemory memory, GuestKernel guest, AbsentPage page)
    {
        if (page.Slot is not { } slot) return ["The area forbids every access: each is a fault that ends in SIGSEGV."];
        TextTable table = new(">pid", "name", "address", "entry at", "entry");
        foreach (SwapEntryUser user in FrameSearch.FindSlot(memory, guest, slot.Number))
            table.Add(Entry(user.Process, user.Address, user.EntryAddress, user.Entry));
        return
        [
            .. table.Lines(),
            slot.CachedFrame is null
                ? "The next access is a major fault: the page is read from the disk."
                : "The next access is a minor fault: the page comes from the swap cache, without the disk.",
        ];
    }

    /// <summary>The first five columns: whose entry it is, and where.</summary>
    private static string[] Entry(GuestProcess? owner, VirtualAddress address, PhysicalAddress entryAddress, PageTableEntry entry) =>
    [
        owner is null ? "" : PagingWords.Number((ulong)owner.Pid), owner?.Name ?? "", PagingWords.Full(address.Value),
        PagingWords.Hex(entryAddress), PagingWords.Full(entry.Value),
    ];

    private static string Verdict(GuestKernel guest, GuestArea? area, PageMapping page, FrameUse use)
    {
        if (area is null) return "No area covers the address.";
        if (area.IsShared) return "Not copy-on-write: the area is shared (MAP_SHARED), all who map it see each write.";
        if (!area.IsWritable) return "Not copy-on-write: the area may not be written.";
        if (page.Permissions.IsWritable) return "Not copy-on-write: the entry is writable, the page is this process's own.";
        if (guest.IsZeroFrame(use.Frame)) return "Copy-on-write of the zero page: the next write gets a fresh page of zeros.";
        return use.IsShared
            ? "Copy-on-write: the area may be written, the entry may not. The next write is a page fault that copies the page."
            : "Copy-on-write no more: nobody else has the frame. The next write is a page fault that makes the entry writable without a copy.";
    }
}
