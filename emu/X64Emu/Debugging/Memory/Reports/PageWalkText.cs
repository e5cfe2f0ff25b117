using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Memory.Reports;

/// <summary>The report <c>pt ADDR</c>: a walk of the page tables, level by level, with its result in words.</summary>
public static class PageWalkText
{
    /// <summary>Describes a walk.</summary>
    /// <param name="walk">The walk.</param>
    /// <param name="absent">What the kernel keeps in an entry that is not present, given the entry and its level; null where that is not known.</param>
    public static IReadOnlyList<string> Lines(PageWalkReport walk, Func<PageTableEntry, int, string?>? absent = null)
    {
        ArgumentNullException.ThrowIfNull(walk);
        List<string> lines = [$"address {PagingWords.Hex(walk.Address.Value)}, page tables at CR3 = {PagingWords.Hex(walk.Cr3)}"];
        if (walk.Levels.Count > 0)
        {
            TextTable table = new("level", ">index", "entry at", "value", "means");
            foreach (PageWalkLevel step in walk.Levels)
            {
                ulong index = walk.Address.Value >> PageTableReader.ShiftOf(step.Level) & 511;
                table.Add(
                    PagingWords.Level(step.Level), PagingWords.Number(index), PagingWords.Hex(step.EntryAddress),
                    step.Failure == PageWalkFailure.TableOutsideRam ? "" : PagingWords.Full(step.Entry.Value), Meaning(step, absent));
            }
            lines.AddRange(table.Lines());
        }
        lines.AddRange(Result(walk, absent));
        return lines;
    }

    private static string Meaning(PageWalkLevel step, Func<PageTableEntry, int, string?>? absent)
    {
        switch (step.Failure)
        {
            case PageWalkFailure.NotPresent: return step.Entry.Value == 0 ? "empty" : absent?.Invoke(step.Entry, step.Level) is { } kept ? $"not present, {kept}" : "not present";
            case PageWalkFailure.TableOutsideRam: return "no RAM here";
            case PageWalkFailure.ReservedBits: return $"{PagingWords.Bits(step.Entry, step.Level)}, reserved bits set";
            default:
                string target = PageTableReader.IsLeaf(step.Entry, step.Level)
                    ? $"{PagingWords.Size(1UL << PageTableReader.ShiftOf(step.Level))} page"
                    : PagingWords.Level(step.Level - 1);
                return $"{PagingWords.Bits(step.Entry, step.Level)} -> {target} at {PagingWords.Hex(Target(step))}";
        }
    }

    private static ulong Target(PageWalkLevel step) =>
        PageTableReader.IsLeaf(step.Entry, step.Level)
            ? step.Entry.Address.Value >> PageTableReader.ShiftOf(step.Level) << PageTableReader.ShiftOf(step.Level)
            : step.Entry.Address.Value;

    private static IEnumerable<string> Result(PageWalkReport walk, Func<PageTableEntry, int, string?>? absent)
    {
        if (walk.Mapping is { } mapping)
        {
            yield return $"Translates to physical {PagingWords.Hex(walk.Physical!.Value)}: {PagingWords.Size(mapping.SizeBytes)} page, "
                + $"{PagingWords.RightsInWords(mapping.Permissions)}.";
            foreach (string line in LostRights(walk, mapping)) yield return line;
            yield break;
        }
        if (walk.Failure == PageWalkFailure.NonCanonical)
        {
            yield return "The address is not canonical: bits 63 to 47 are not all equal. An access raises #GP (#SS by way of the stack); no table is read.";
            yield break;
        }
        PageWalkLevel last = walk.Levels[^1];
        string level = PagingWords.Level(last.Level);
        (ulong first, ulong end) = Covered(walk.Address, last.Level);
        switch (walk.Failure)
        {
            case PageWalkFailure.NotPresent:
                yield return $"The walk ends at the {level} entry: its present bit (bit 0) is 0. It covers {PagingWords.Hex(first)} to {PagingWords.Hex(end)} "
                    + $"({PagingWords.Size(1UL << PageTableReader.ShiftOf(last.Level))}); an access there raises #PF with P = 0 in the error code.";
                if (last.Entry.Value != 0 && absent?.Invoke(last.Entry, last.Level) is null)
                    yield return "The processor ignores the other bits of an entry that is not present: the kernel keeps something of its own in them.";
                break;
            case PageWalkFailure.ReservedBits:
                yield return $"The walk ends at the {level} entry: it has bits set that must be 0. An access raises #PF with RSVD = 1 in the error code.";
                break;
            default:
                yield return $"The walk ends before the {level} entry: it would lie at {PagingWords.Hex(last.EntryAddress)}, where the machine has no RAM.";
                break;
        }
    }

    /// <summary>A right that the page's own entry grants and one above it does not.</summary>
    private static IEnumerable<string> LostRights(PageWalkReport walk, PageMapping mapping)
    {
        if (mapping.Entry.IsWritable && !mapping.Permissions.IsWritable)
            yield return $"The page's entry allows writing, but the {Taker(walk, entry => !entry.IsWritable)} entry above forbids it.";
        if (mapping.Entry.IsUser && !mapping.Permissions.IsUser)
            yield return $"The page's entry allows user mode, but the {Taker(walk, entry => !entry.IsUser)} entry above forbids it.";
        if (!mapping.Entry.IsNoExecute && mapping.Permissions.IsNoExecute)
            yield return $"The page's entry allows execution, but the {Taker(walk, entry => entry.IsNoExecute)} entry above forbids it.";
    }

    private static string Taker(PageWalkReport walk, Func<PageTableEntry, bool> takes) => PagingWords.Level(walk.Levels.First(step => takes(step.Entry)).Level);

    private static (ulong First, ulong Last) Covered(VirtualAddress address, int level)
    {
        ulong offsets = (1UL << PageTableReader.ShiftOf(level)) - 1;
        return (address.Value & ~offsets, address.Value | offsets);
    }
}
