namespace X64Emu.Cpu.Floating.Transcendental;

/// <summary>What is the same in front of every function: operands that are not numbers, and denormal ones.</summary>
internal static class Operands
{
    /// <summary>True when an unmasked exception was found before anything is computed: the instruction ends with its operands as they were, and
    /// whatever result it was given is not stored.</summary>
    public static bool IsAborted(in FloatEnvironment environment) =>
        environment.IsUnmasked(environment.Raised & FloatExceptions.PreComputation);

    /// <summary>False when the operand is a NaN or a pattern that stands for nothing; <paramref name="result"/> is the answer then.</summary>
    public static bool IsNumber(Float80 operand, ref FloatEnvironment environment, out Float80 result)
    {
        environment.RoundedUp = false;
        result = default;
        if (operand.IsUnsupported)
        {
            result = Invalid(ref environment);
            return false;
        }
        if (!operand.IsNaN) return true;
        if (operand.IsSignallingNaN) environment.Raise(FloatExceptions.Invalid);
        result = operand.Quieted;
        return false;
    }

    /// <summary>The same for two operands: of two NaNs the one with the larger significand is passed on, the positive one if they are equal
    /// (Intel SDM Vol. 1, table 4-7).</summary>
    public static bool AreNumbers(Float80 first, Float80 second, ref FloatEnvironment environment, out Float80 result)
    {
        environment.RoundedUp = false;
        result = default;
        if (first.IsUnsupported || second.IsUnsupported)
        {
            result = Invalid(ref environment);
            return false;
        }
        if (!first.IsNaN && !second.IsNaN) return true;
        if (first.IsSignallingNaN || second.IsSignallingNaN) environment.Raise(FloatExceptions.Invalid);
        result = Larger(first, second).Quieted;
        return false;
    }

    /// <summary>Invalid operation and its masked answer.</summary>
    public static Float80 Invalid(ref FloatEnvironment environment)
    {
        environment.Raise(FloatExceptions.Invalid);
        return Float80.DefaultNaN;
    }

    /// <summary>Raises the denormal exception if an operand is one. True when it is unmasked, which ends the instruction.</summary>
    public static bool StopsAtDenormal(Float80 operand, ref FloatEnvironment environment) => StopsAtDenormal(operand, Float80.One, ref environment);

    public static bool StopsAtDenormal(Float80 first, Float80 second, ref FloatEnvironment environment)
    {
        if (!first.IsDenormal && !second.IsDenormal) return false;
        environment.Raise(FloatExceptions.Denormal);
        return environment.IsUnmasked(FloatExceptions.Denormal);
    }

    private static Float80 Larger(Float80 first, Float80 second)
    {
        if (!first.IsNaN) return second;
        if (!second.IsNaN) return first;
        if (first.Significand != second.Significand) return first.Significand > second.Significand ? first : second;
        return first.Negative ? second : first;
    }
}
