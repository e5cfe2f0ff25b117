namespace X64Emu.Cpu.Floating;

/// <summary>How two numbers stand to each other.</summary>
internal enum FloatRelation
{
    /// <summary>a &lt; b.</summary>
    Less,

    /// <summary>a = b; the two zeros are equal.</summary>
    Equal,

    /// <summary>a &gt; b.</summary>
    Greater,

    /// <summary>One of them is a NaN.</summary>
    Unordered,
}

/// <summary>Comparison, minimum and maximum on bit patterns.</summary>
internal static class SoftFloatComparison
{
    /// <summary>Compares, raising invalid for signalling NaNs, and for quiet ones too when <paramref name="quietNaNsAreInvalid"/>.</summary>
    public static FloatRelation Compare<TFormat>(ulong a, ulong b, bool quietNaNsAreInvalid, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        if (Layout<TFormat>.IsNaN(a) || Layout<TFormat>.IsNaN(b))
        {
            if (quietNaNsAreInvalid || Layout<TFormat>.IsSignallingNaN(a) || Layout<TFormat>.IsSignallingNaN(b))
                environment.Raise(FloatExceptions.Invalid);
            return FloatRelation.Unordered;
        }
        a = ReadOperand<TFormat>(a, ref environment);
        b = ReadOperand<TFormat>(b, ref environment);
        long x = Order<TFormat>(a), y = Order<TFormat>(b);
        return x < y ? FloatRelation.Less : x == y ? FloatRelation.Equal : FloatRelation.Greater;
    }

    /// <summary>MINPS and its kin: the second operand when one is a NaN or both are zeros (Intel SDM Vol. 2, MINPS).</summary>
    public static ulong Minimum<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
        => Select<TFormat>(a, b, FloatRelation.Less, ref environment);

    /// <summary>MAXPS and its kin: the second operand when one is a NaN or both are zeros (Intel SDM Vol. 2, MAXPS).</summary>
    public static ulong Maximum<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
        => Select<TFormat>(a, b, FloatRelation.Greater, ref environment);

    private static ulong Select<TFormat>(ulong a, ulong b, FloatRelation firstWins, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        FloatRelation relation = Compare<TFormat>(a, b, quietNaNsAreInvalid: true, ref environment);
        ulong chosen = relation == firstWins ? a : b;
        return environment.DenormalsAreZero && Layout<TFormat>.IsDenormal(chosen) ? chosen & Layout<TFormat>.Sign : chosen;
    }

    private static ulong ReadOperand<TFormat>(ulong bits, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        if (!Layout<TFormat>.IsDenormal(bits))
            return bits;
        if (environment.DenormalsAreZero)
            return bits & Layout<TFormat>.Sign;
        environment.Raise(FloatExceptions.Denormal);
        return bits;
    }

    /// <summary>Sign and magnitude as one signed number; both zeros become 0.</summary>
    private static long Order<TFormat>(ulong bits)
        where TFormat : struct, IFloatFormat
    {
        long magnitude = (long)(bits & ~Layout<TFormat>.Sign);
        return (bits & Layout<TFormat>.Sign) != 0 ? -magnitude : magnitude;
    }
}
