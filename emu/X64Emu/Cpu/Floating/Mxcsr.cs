namespace X64Emu.Cpu.Floating;

/// <summary>The bits of MXCSR, the SSE control and status register (Intel SDM Vol. 1, 10.2.3).</summary>
public static class Mxcsr
{
    /// <summary>The value after reset, FNINIT-free: all exceptions masked, round to nearest.</summary>
    public const uint ResetValue = 0x1F80;

    /// <summary>DAZ: denormal operands are read as zeros of the same sign.</summary>
    public const uint DenormalsAreZero = 1 << 6;

    /// <summary>FTZ: tiny results become zeros of the same sign, as long as underflow is masked.</summary>
    public const uint FlushToZero = 1 << 15;

    /// <summary>The six sticky exception flags.</summary>
    public const uint ExceptionFlags = (uint)FloatExceptions.All;

    /// <summary>The six exception masks.</summary>
    public const uint ExceptionMasks = ExceptionFlags << MaskShift;

    /// <summary>PM: the mask of the precision exception.</summary>
    public const uint PrecisionMask = (uint)FloatExceptions.Precision << MaskShift;

    /// <summary>RC: the rounding-control field.</summary>
    public const uint RoundingControl = 3 << RoundingShift;

    /// <summary>The bits that exist; LDMXCSR and FXRSTOR raise #GP(0) for any other.</summary>
    public const uint ValidBits = 0xFFFF;

    private const int MaskShift = 7;
    private const int RoundingShift = 13;

    /// <summary>The rounding mode <paramref name="mxcsr"/> asks for.</summary>
    public static RoundingMode Rounding(uint mxcsr) => (RoundingMode)((mxcsr & RoundingControl) >> RoundingShift);

    /// <summary>The exceptions whose mask bit is clear.</summary>
    public static FloatExceptions Unmasked(uint mxcsr) => (FloatExceptions)(~mxcsr >> MaskShift) & FloatExceptions.All;

    /// <summary>Sets the flags of an instruction that raised <paramref name="raised"/> over all its elements.</summary>
    /// <returns>False when one of them is unmasked: the instruction faults with #XM and must not write its destination.</returns>
    /// <remarks>An unmasked pre-computation exception keeps the post-computation ones from being found (Intel SDM Vol. 1, 11.5.3).</remarks>
    public static bool Report(ref uint mxcsr, FloatExceptions raised)
    {
        FloatExceptions unmasked = Unmasked(mxcsr);
        if ((raised & unmasked & FloatExceptions.PreComputation) != 0)
            raised &= FloatExceptions.PreComputation;
        mxcsr |= (uint)raised;
        return (raised & unmasked) == 0;
    }
}
