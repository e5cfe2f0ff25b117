namespace X64Emu.Cpu;

/// <summary>XCR0, the extended control register 0: the state components that XSAVE manages and whose instructions may run (Intel SDM Vol. 1, 13.3).</summary>
internal static class ExtendedControl
{
    public const ulong X87 = 1, Sse = 2, Avx = 4, SseAndAvx = Sse | Avx;

    /// <summary>The components that exist here.</summary>
    public const ulong All = X87 | Sse | Avx;

    /// <summary>Whether XSETBV takes a value: x87 state cannot be left out, and AVX state needs SSE state.</summary>
    /// <param name="value">The value for XCR0.</param>
    /// <param name="supported">The components the processor has.</param>
    public static bool IsValid(ulong value, ulong supported) =>
        (value & ~supported) == 0 && (value & X87) != 0 && (value & SseAndAvx) != Avx;
}
