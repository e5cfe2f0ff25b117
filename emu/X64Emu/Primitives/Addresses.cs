using System.Globalization;

namespace X64Emu.Primitives;

/// <summary>A 64-bit linear (virtual) address as an instruction forms it, before paging.</summary>
/// <param name="Value">The address in bytes.</param>
public readonly record struct VirtualAddress(ulong Value)
{
    /// <summary>True when bits 63..47 are all equal, as four-level paging demands (Intel SDM Vol. 1, 3.3.7.1).</summary>
    public bool IsCanonical => (ulong)((long)(Value << 16) >> 16) == Value;

    /// <summary>The first byte of the 4 KiB page that holds this address.</summary>
    public VirtualAddress PageBase => new(Value & ~0xfffUL);

    /// <summary>The offset of this address in its 4 KiB page, 0..4095.</summary>
    public int PageOffset => (int)(Value & 0xfff);

    /// <summary>The address <paramref name="lengthBytes"/> bytes further on; wraps at 2^64 as the hardware does.</summary>
    public static VirtualAddress operator +(VirtualAddress address, ulong lengthBytes) => new(address.Value + lengthBytes);

    /// <inheritdoc/>
    public override string ToString() => "0x" + Value.ToString("x", CultureInfo.InvariantCulture);
}

/// <summary>A physical address: what paging yields and what the buses decode. At most 52 bits wide on real processors.</summary>
/// <param name="Value">The address in bytes.</param>
public readonly record struct PhysicalAddress(ulong Value)
{
    /// <summary>The first byte of the 4 KiB frame that holds this address.</summary>
    public PhysicalAddress FrameBase => new(Value & ~0xfffUL);

    /// <summary>The offset of this address in its 4 KiB frame, 0..4095.</summary>
    public int FrameOffset => (int)(Value & 0xfff);

    /// <summary>The address <paramref name="lengthBytes"/> bytes further on.</summary>
    public static PhysicalAddress operator +(PhysicalAddress address, ulong lengthBytes) => new(address.Value + lengthBytes);

    /// <inheritdoc/>
    public override string ToString() => "0x" + Value.ToString("x", CultureInfo.InvariantCulture);
}
