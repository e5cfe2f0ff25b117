namespace X64Emu.Cpu.Floating.Transcendental;

/// <summary>What is the same in front of every function: operands that are not numbers, and denormal ones.</summary>
internal static class Operands
{
    /// <summary>True when an unmasked exception was found before anything is computed: the instruction ends with its operands as they were, and
    /// whatever result it was given is not stored.</summary>
    public static bool IsAborted(in FloatEnvironment environment) =>
        environment.IsUnmasked(environment.Raised & FloatExceptions.PreComputation);

    /// <summary>False when the operand is a NaN or a pattern that stands for nothing; <paramref name="result"/> is the answer then.</summary>
    public static bool IsNumber(Float80 operand, ref FloatEnvironment environment, out Float80 result) =>
        AreNumbers(operand, operand, ref environment, out result);

    /// <summary>The same for two operands.</summary>
    public static bool AreNumbers(Float80 first, Float80 second, ref FloatEnvironment environment, out Float80 result)
    {
        environment.RoundedUp = false;
        return !Float80Arithmetic.TrySpecial(first, second, ref environment, out result);
    }

    /// <summary>Raises the denormal exception if an operand is one. True when it is unmasked, which ends the instruction.</summary>
    public static bool StopsAtDenormal(Float80 operand, ref FloatEnvironment environment) => StopsAtDenormal(operand, Float80.One, ref environment);

    public static bool StopsAtDenormal(Float80 first, Float80 second, ref FloatEnvironment environment)
    {
        if (!first.IsDenormal && !second.IsDenormal) return false;
        environment.Raise(FloatExceptions.Denormal);
        return environment.IsUnmasked(FloatExceptions.Denormal);
    }
}
