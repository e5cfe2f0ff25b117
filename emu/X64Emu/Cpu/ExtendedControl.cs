namespace X64Emu.Cpu;

/// <summary>XCR0, the extended control register 0: the state components that XSAVE manages and whose instructions may run (Intel SDM Vol. 1, 13.3).</summary>
internal static class ExtendedControl
{
    public const ulong X87 = 1, Sse = 2, Avx = 4, SseAndAvx = Sse | Avx;

    /// <summary>The components that exist here.</summary>
    public const ulong All = X87 | Sse | Avx;

    /// <summary>Bytes of the legacy region, which holds x87 and SSE state, with the header behind it.</summary>
    public const int LegacyBytes = 512, HeaderBytes = 64;

    /// <summary>The upper halves of the YMM registers: their size, and where both formats of XSAVE put them.</summary>
    public const int AvxBytes = 256, AvxOffset = LegacyBytes + HeaderBytes;

    /// <summary>The size of an XSAVE area for the components of <paramref name="states"/>, in bytes. It is the same in both formats, since
    /// there is only one component behind the header.</summary>
    public static int AreaBytes(ulong states) => (states & Avx) != 0 ? AvxOffset + AvxBytes : AvxOffset;

    /// <summary>Whether XSETBV takes a value: x87 state cannot be left out, and AVX state needs SSE state.</summary>
    /// <param name="value">The value for XCR0.</param>
    /// <param name="supported">The components the processor has.</param>
    public static bool IsValid(ulong value, ulong supported) =>
        (value & ~supported) == 0 && (value & X87) != 0 && (value & SseAndAvx) != Avx;
}
