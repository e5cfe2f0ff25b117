using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>What a TLB array translates.</summary>
public enum TlbKind
{
    /// <summary>Instruction fetches.</summary>
    Instruction,

    /// <summary>Data accesses.</summary>
    Data,

    /// <summary>Both: the second level.</summary>
    Unified,
}

/// <summary>One valid entry of the modelled TLB.</summary>
/// <param name="Level">1 or 2.</param>
/// <param name="Kind">What the array is for.</param>
/// <param name="VirtualBase">First virtual address of the page.</param>
/// <param name="PhysicalBase">First physical address of the page.</param>
/// <param name="SizeBytes">4 KiB, 2 MiB or 1 GiB; of a larger page whose size the array does not hold, a 4 KiB or 2 MiB part.</param>
/// <param name="Pcid">The process context it belongs to; 0 with CR4.PCIDE off.</param>
/// <param name="IsGlobal">It is used in every context.</param>
/// <param name="IsDirty">The page table entry's dirty bit was set when it was loaded; a write through a clean one walks again.</param>
/// <param name="Permissions">What it allows.</param>
public readonly record struct TlbEntryInfo(
    int Level, TlbKind Kind, VirtualAddress VirtualBase, PhysicalAddress PhysicalBase, ulong SizeBytes, int Pcid, bool IsGlobal, bool IsDirty,
    PagePermissions Permissions);
