using System.Runtime.CompilerServices;

namespace X64Emu.Cpu;

/// <summary>How a memory operand's linear address is computed; handlers take the cheapest form that fits.</summary>
internal unsafe interface IAddressForm
{
    static abstract ulong Of(CpuState* c, Op* o);
}

/// <summary>[base + displacement]; absolute and RIP-relative addresses have no base.</summary>
internal readonly unsafe struct BaseAddress : IAddressForm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(CpuState* c, Op* o) => *(ulong*)((byte*)c + o->Base) + (ulong)o->Displacement;
}

/// <summary>[base + index * scale + displacement].</summary>
/// <remarks>The shift takes only the low six bits of <see cref="Op.Scale"/>: with 64-bit addresses those are the scale alone.</remarks>
internal readonly unsafe struct IndexedAddress : IAddressForm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(CpuState* c, Op* o) =>
        *(ulong*)((byte*)c + o->Base) + (*(ulong*)((byte*)c + o->Index) << o->Scale) + (ulong)o->Displacement;
}

/// <summary>Any address: with a segment base, and with 32 or 16-bit address size.</summary>
internal readonly unsafe struct GeneralAddress : IAddressForm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(CpuState* c, Op* o) => Linear(Offset(c, o), *(ulong*)((byte*)c + o->Segment));

    /// <summary>Adds a segment's base to an effective address.</summary>
    /// <remarks>AMD's processors refuse an effective address that is not canonical even where the base would make it so: it is returned as
    /// it is, and faults.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Linear(ulong offset, ulong segmentBase) => Canonical.Is(offset) ? offset + segmentBase : offset;

    /// <summary>The effective address before segmentation: what LEA computes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Offset(CpuState* c, Op* o) => Truncate(
        *(ulong*)((byte*)c + o->Base) + (*(ulong*)((byte*)c + o->Index) << (o->Scale & Op.ScaleMask)) + (ulong)o->Displacement,
        o->Scale >> Op.AddressSizeShift & 3);

    /// <summary>Cuts an address to an address size: 0 is 64 bits, 1 is 32, 2 is 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Truncate(ulong address, int addressSize) => address & ulong.MaxValue >> (addressSize == 0 ? 0 : addressSize == 1 ? 32 : 48);
}
