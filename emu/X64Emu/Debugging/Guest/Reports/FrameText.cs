using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Memory.Reports;

namespace X64Emu.Debugging.Guest.Reports;

/// <summary>The report <c>frame PFN</c>: who uses a physical page, and the kernel's count of its references.</summary>
public static class FrameText
{
    /// <summary>Describes a frame.</summary>
    /// <param name="memory">The machine's memory.</param>
    /// <param name="guest">The kernel; null when it is not known.</param>
    /// <param name="frame">The page frame number: physical address divided by 4096.</param>
    public static IReadOnlyList<string> Lines(DebugMemory memory, GuestKernel? guest, ulong frame)
    {
        ArgumentNullException.ThrowIfNull(memory);
        // A frame number has at most 40 bits; the physical address of a larger one would not fit.
        if (frame >> 40 != 0 || !memory.ReadPhysical(new(frame << 12), stackalloc byte[1])) return [$"frame {PagingWords.Hex(frame)} is not RAM"];
        FrameUse use = FrameSearch.Find(memory, guest, frame);
        List<string> lines = [Heading(guest, use)];
        TextTable table = new("use", ">pid", "address", "entry", "rights", "what");
        foreach (PageTableUser user in use.Tables)
            table.Add($"{PagingWords.Level(user.Level)} of", Owner(user.Process), PagingWords.Full(user.First.Value), "", "", user.Process?.Name ?? "");
        foreach (PageUser user in use.Mappings)
        {
            string size = user.Page.Level == 1 ? "" : $"in a {PagingWords.Size(user.Page.SizeBytes)} page ";
            table.Add(
                "mapped by", Owner(user.Process), PagingWords.Full(user.AddressOf(frame).Value), PagingWords.Full(user.Page.Entry.Value),
                PagingWords.Rights(user.Page.Permissions),
                $"{size}{user.Area?.Name}".TrimEnd());
        }
        foreach (SwapEntryUser user in use.SwapEntries)
            table.Add("swapped by", Owner(user.Process), PagingWords.Full(user.Address.Value), PagingWords.Full(user.Entry.Value), "", user.Process?.Name ?? "");
        foreach ((string path, ulong page) in use.CachedPages) table.Add("caches", "", "", "", "", $"page {page} of {path}");
        if (table.Count > 0) lines.AddRange(table.Lines());
        if (use.Slot is { } slot) lines.Add($"The frame is in the swap cache: {AbsentPageText.Of(slot)}.");
        lines.AddRange(Balance(guest, use));
        return lines;
    }

    private static string Heading(GuestKernel? guest, FrameUse use)
    {
        string heading = $"frame {PagingWords.Hex(use.Frame)}, physical {PagingWords.Hex(use.Frame << 12)}..{PagingWords.Hex((use.Frame << 12) + 0xfff)}";
        if (guest is null) return $"{heading}; looked for in the processor's page tables only: the kernel is not known";
        if (guest.IsZeroFrame(use.Frame)) return $"{heading}: the shared zero page, whose mappings are not counted";
        return use.References switch
        {
            null => $"{heading}: outside the memory that the kernel manages",
            0 => $"{heading}: free, or never managed by the kernel (0 references)",
            1 => $"{heading}: 1 reference",
            { } count => $"{heading}: {count} references",
        };
    }

    /// <summary>Compares the count with what was found: the kernel's own uses (heap, stacks, direct map) hold a reference without a user mapping.</summary>
    private static IEnumerable<string> Balance(GuestKernel? guest, FrameUse use)
    {
        if (guest is null || use.References is not { } count || count == 0 || guest.IsZeroFrame(use.Frame)) yield break;
        int mapped = use.Mappings.Count(user => user.Process is not null), cached = use.CachedPages.Count, tables = use.Tables.Count > 0 ? 1 : 0;
        int swapped = use.Slot is null ? 0 : 1;
        long rest = (long)count - mapped - cached - tables - swapped;
        string sum = $"{count} = {mapped} mapping{(mapped == 1 ? "" : "s")} by processes + {cached} page cache + {tables} page table{(swapped == 0 ? "" : " + 1 swap cache")}";
        yield return rest switch
        {
            0 => sum,
            > 0 => $"{sum} + {rest} other (the kernel's heap, stacks, shared memory, or a page without access)",
            _ => $"{sum}, which is {-rest} more than are counted: the count is too low",
        };
    }

    private static string Owner(GuestProcess? process) => process is null ? "kernel" : PagingWords.Number((ulong)process.Pid);
}
