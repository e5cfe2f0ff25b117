using X64Emu.Debugging.Guest.Layout;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest.Readers;

/// <summary>
/// The areas of an address space. How the kernel keeps them (a balanced tree whose areas are also linked in order of address) is known here and
/// nowhere else.
/// </summary>
internal sealed class AreaReader
{
    /// <summary>More areas than the kernel lets a process have.</summary>
    private const int MaximumAreas = 65536;

    private const int MaximumFiles = 4096;

    /// <summary>The page that every program sees and no page table maps: a call there is answered by the kernel (Proc/Vsyscall).</summary>
    private static readonly GuestArea VsyscallPage = new(
        new VirtualAddress(0xffffffffff600000), new VirtualAddress(0xffffffffff601000), GuestAreaRights.Execute, null, 0, "[vsyscall]");

    private const string Space = "Mm_AddressSpace", Area = "Mm_VmArea", Flags = "Mm_VmFlags";
    private readonly FileReader files;
    private readonly KernelField tree, first, next, heapStart, heapEnd, stackStart, start, end, flags, source, pageOffset;
    private readonly (GuestAreaRights Flag, ulong Bit)[] bits;

    public AreaReader(KernelTypes types, FileReader files)
    {
        this.files = files;
        tree = types.Field(Space, "_areas");
        first = types.Field("Mm_AreaTree", "First");
        next = types.Field(Area, "Next");
        heapStart = types.Field(Space, "HeapStart");
        heapEnd = types.Field(Space, "HeapEnd");
        stackStart = types.Field(Space, "StackStart");
        start = types.Field(Area, "Start");
        end = types.Field(Area, "End");
        flags = types.Field(Area, "Flags");
        source = types.Field(Area, "Source");
        pageOffset = types.Field(Area, "PageOffset");
        bits = [.. Enum.GetValues<GuestAreaRights>().Where(flag => flag != 0).Select(flag => (flag, types.Enumerator(Flags, flag.ToString())))];
    }

    /// <summary>The areas in ascending order of address; none for a process without memory of its own.</summary>
    public List<GuestArea> Read(KernelObject space)
    {
        List<GuestArea> result = [];
        if (space.IsNull) return result;
        Dictionary<ulong, GuestFile?> known = [];
        foreach (KernelObject area in space.Struct(tree).Object(first).Follow(next, MaximumAreas))
        {
            GuestArea read = ReadArea(space, area, known);
            if (read.End.Value > read.Start.Value) result.Add(read);
        }
        result.Add(VsyscallPage);
        result.Sort((left, right) => left.Start.Value.CompareTo(right.Start.Value));
        return result;
    }

    private GuestArea ReadArea(KernelObject space, KernelObject area, Dictionary<ulong, GuestFile?> known)
    {
        ulong lowest = area.UInt64(start), limit = area.UInt64(end), raw = area.UInt64(flags);
        GuestAreaRights nature = GuestAreaRights.None;
        foreach ((GuestAreaRights flag, ulong bit) in bits)
        {
            if ((raw & bit) != 0) nature |= flag;
        }
        KernelObject pages = area.Object(source);
        if (!known.TryGetValue(pages.Address, out GuestFile? file))
        {
            // Each path takes a while; only a damaged kernel has so many files mapped at once.
            file = pages.IsNull ? null : known.Count < MaximumFiles ? files.Describe(pages) : GuestFile.Unknown;
            known.Add(pages.Address, file);
        }
        string? path = file is { IsNamedFile: true } ? file.Path : null;
        ulong offset = file is null ? 0 : area.UInt64(pageOffset) << 12;
        return new GuestArea(new VirtualAddress(lowest), new VirtualAddress(limit), nature, path, offset, file?.Path ?? NameOf(space, lowest, limit))
        {
            Device = file?.Device ?? 0,
            InodeNumber = file?.InodeNumber ?? 0,
            SourceAddress = pages.Address,
        };
    }

    /// <summary>As the kernel names anonymous areas in /proc/PID/maps.</summary>
    private string NameOf(KernelObject space, ulong first, ulong last)
    {
        ulong heapFirst = space.UInt64(heapStart), heapLast = space.UInt64(heapEnd), stack = space.UInt64(stackStart);
        if (heapLast > heapFirst && first < heapLast && last > heapFirst) return "[heap]";
        return first <= stack && last >= stack ? "[stack]" : "";
    }
}
