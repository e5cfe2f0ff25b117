using System.Runtime.CompilerServices;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Whether a memory operand must be aligned to its size (Intel SDM Vol. 1, 4.1.1 and 14.9).</summary>
internal unsafe interface IAlignment
{
    /// <summary>The address bits that must be zero.</summary>
    static abstract ulong Mask { get; }

    /// <summary>Presence, permission and alignment or page crossing in one compare.</summary>
    static abstract bool Hit<TSize>(FastTlbEntry* entry, ulong address) where TSize : struct, IOperandSize;
}

/// <summary>Any address will do.</summary>
internal readonly unsafe struct Unaligned : IAlignment
{
    public static ulong Mask => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Hit<TSize>(FastTlbEntry* entry, ulong address) where TSize : struct, IOperandSize => MemoryPolicy.Hit<TSize>(entry, address);
}

/// <summary>16-byte aligned, else #GP(0). An aligned operand never crosses a page, so the low four bits take part in the compare instead.</summary>
internal readonly unsafe struct Aligned16 : IAlignment
{
    public static ulong Mask => 15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Hit<TSize>(FastTlbEntry* entry, ulong address) where TSize : struct, IOperandSize => (address & ~0xff0UL) == entry->Tag;
}

/// <summary>32-byte aligned, likewise.</summary>
internal readonly unsafe struct Aligned32 : IAlignment
{
    public static ulong Mask => 31;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Hit<TSize>(FastTlbEntry* entry, ulong address) where TSize : struct, IOperandSize => (address & ~0xfe0UL) == entry->Tag;
}
