using System.Runtime.CompilerServices;

namespace X64Emu.Paging;

/// <summary>The modelled TLB: two first levels and a shared second one. It holds translations, so a stale entry acts as on hardware.</summary>
internal sealed class Tlb
{
    private readonly TlbArray[] l1Instruction, l1Data, l2, all;

    public Tlb(TlbSpecification specification)
    {
        Specification = specification;
        l1Instruction = Build(specification.L1Instruction);
        l1Data = Build(specification.L1Data);
        l2 = Build(specification.L2);
        all = [.. l1Instruction, .. l1Data, .. l2];
        TlbArray[] Build(IReadOnlyList<TlbArraySpecification> arrays) =>
            [.. arrays.Select(array => new TlbArray(array, specification.Policy))];
    }

    public TlbSpecification Specification { get; }

    public ref TlbEntry FindL1(bool fetch, ulong virtualAddress, ushort pcid) => ref Find(fetch ? l1Instruction : l1Data, virtualAddress, pcid);

    public ref TlbEntry FindL2(ulong virtualAddress, ushort pcid) => ref Find(l2, virtualAddress, pcid);

    /// <summary>Fills the first level and returns what had to go. A page size the level does not hold is split: only the 4 KiB part is kept.</summary>
    public TlbEntry InsertL1(bool fetch, in TlbEntry translation, ulong virtualAddress) =>
        Insert(fetch ? l1Instruction : l1Data, translation, virtualAddress);

    public void InsertL2(in TlbEntry translation)
    {
        foreach (TlbArray array in l2)
        {
            if (!array.Holds(translation.Shift)) continue;
            array.Insert(translation);
            return;
        }
    }

    public void InvalidatePage(ulong virtualAddress, ushort pcid)
    {
        foreach (TlbArray array in all) array.InvalidatePage(virtualAddress, pcid);
    }

    public void Invalidate(ushort? pcid, bool keepGlobal)
    {
        foreach (TlbArray array in all) array.Invalidate(pcid, keepGlobal);
    }

    public IEnumerable<TlbEntry> Entries(int level, bool fetch) =>
        (level == 2 ? l2 : fetch ? l1Instruction : l1Data).SelectMany(array => array.Entries);

    private static ref TlbEntry Find(TlbArray[] level, ulong virtualAddress, ushort pcid)
    {
        foreach (TlbArray array in level)
        {
            ref TlbEntry entry = ref array.Find(virtualAddress, pcid);
            if (!Unsafe.IsNullRef(ref entry)) return ref entry;
        }
        return ref Unsafe.NullRef<TlbEntry>();
    }

    private static TlbEntry Insert(TlbArray[] level, in TlbEntry translation, ulong virtualAddress)
    {
        foreach (TlbArray array in level)
        {
            if (array.Holds(translation.Shift)) return array.Insert(translation);
        }
        // Real first levels without an array for a size hold fragments of it (Intel SDM Vol. 3A, 4.10.2.3).
        foreach (int shift in (ReadOnlySpan<int>)[21, 12])
        {
            if (shift >= translation.Shift) continue;
            foreach (TlbArray array in level)
            {
                if (!array.Holds(shift)) continue;
                ulong fragment = virtualAddress >> shift << shift;
                return array.Insert(translation with { PhysicalBase = translation.Translate(fragment), VirtualBase = fragment, Shift = (byte)shift });
            }
        }
        return default;
    }
}
