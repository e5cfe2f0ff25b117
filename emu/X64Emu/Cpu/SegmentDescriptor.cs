using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>An entry of the GDT, LDT or IDT (Intel SDM Vol. 3A, figures 3-8, 6-2, 6-8 and 7-4).</summary>
/// <param name="Low">The first eight bytes.</param>
/// <param name="High">The second eight: only gates, LDTs and task states of long mode have them; else zero.</param>
internal readonly record struct SegmentDescriptor(ulong Low, ulong High = 0)
{
    public const int TypeLdt = 2, TypeAvailableTss = 9, TypeBusyTss = 11, TypeCallGate = 12, TypeInterruptGate = 14, TypeTrapGate = 15;

    public const int AccessedBit = 1;

    public int Type => (int)(Low >> 40) & 0xf;

    /// <summary>True for code and data segments, false for system segments and gates.</summary>
    public bool IsCodeOrData => (Low >> 44 & 1) != 0;

    public int Dpl => (int)(Low >> 45) & 3;

    public bool IsPresent => (Low >> 47 & 1) != 0;

    public bool IsLong => (Low >> 53 & 1) != 0;

    public bool IsDefault32 => (Low >> 54 & 1) != 0;

    public bool IsCode => IsCodeOrData && (Type & 8) != 0;

    public bool IsConformingCode => IsCode && (Type & 4) != 0;

    public bool IsReadable => IsCodeOrData && ((Type & 8) == 0 || (Type & 2) != 0);

    public bool IsWritableData => IsCodeOrData && (Type & 0xa) == 2;

    public bool IsAccessed => (Type & AccessedBit) != 0;

    public ulong Base => Low >> 16 & 0xff_ffff | (Low >> 56 & 0xff) << 24 | (High & uint.MaxValue) << 32;

    /// <summary>The last valid offset in bytes, granularity applied.</summary>
    public uint Limit
    {
        get
        {
            uint limit = (uint)(Low & 0xffff | Low >> 32 & 0xf_0000);
            return (Low >> 55 & 1) != 0 ? limit << 12 | 0xfff : limit;
        }
    }

    /// <summary>What <see cref="SegmentRegister.Attributes"/> keeps.</summary>
    public ushort Attributes => (ushort)(Low >> 40 & 0xf0ff);

    // ---- gates

    public ushort GateSelector => (ushort)(Low >> 16);

    /// <summary>Where a gate leads: 64 bits when it has a second half.</summary>
    public ulong GateOffset => Low & 0xffff | Low >> 32 & 0xffff_0000 | (High & uint.MaxValue) << 32;

    /// <summary>The interrupt stack table entry, 1..7, or 0 for none.</summary>
    public int GateStackTable => (int)(Low >> 32) & 7;

    /// <summary>The segment register this descriptor loads.</summary>
    public SegmentRegister ToRegister(ushort selector) => new(selector, Base, Limit, (ushort)(Attributes | (IsCodeOrData ? AccessedBit : 0)));
}

/// <summary>What a selector says: table, index and requested privilege level (Intel SDM Vol. 3A, 3.4.2).</summary>
internal static class Selector
{
    public static bool IsNull(ushort selector) => (selector & 0xfffc) == 0;

    public static int Rpl(ushort selector) => selector & 3;

    public static bool IsInLdt(ushort selector) => (selector & 4) != 0;

    /// <summary>The error code that names the selector (Intel SDM Vol. 3A, 6.13).</summary>
    /// <param name="selector">The selector; its RPL is left out.</param>
    /// <param name="external">1 when an event from outside the program caused it, else 0.</param>
    public static uint ErrorCode(ushort selector, uint external = 0) => selector & 0xfffcu | external;
}

/// <summary>Canonical addresses, in the raw form that the state holds.</summary>
internal static class Canonical
{
    public static bool Is(ulong address) => new VirtualAddress(address).IsCanonical;
}
