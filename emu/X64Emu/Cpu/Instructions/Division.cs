using System.Runtime.CompilerServices;
using X64Emu.Cpu.Decode;
using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions;

/// <summary>DIV: #DE for a zero divisor and for a quotient that does not fit.</summary>
internal readonly unsafe struct Div : IAccumulatorOperation
{
    public static bool AlwaysSucceeds => false;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Apply<TSize, TFlags>(CpuState* c, ulong source) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong low = TSize.Load((byte*)c), high = TSize.Load((byte*)c + AccumulatorPair.UpperOffset<TSize>());
        // The quotient fits exactly when the upper half is below the divisor, which also excludes zero.
        if (high >= source) return Faults.Raise(c, ExceptionVector.DivideError);
        ulong quotient, remainder;
        if (TSize.Bytes == 8)
        {
            if (high == 0) (quotient, remainder) = Math.DivRem(low, source);
            else
            {
                UInt128 dividend = new(high, low);
                quotient = (ulong)(dividend / source);
                remainder = low - quotient * source;
            }
        }
        else (quotient, remainder) = Math.DivRem(high << (8 * TSize.Bytes & 63) | low, source);
        AccumulatorPair.Write<TSize>(c, quotient, remainder);
        if (TFlags.Live) QuotientFlags.Set(c);
        return true;
    }
}

/// <summary>IDIV: rounds towards zero; the remainder has the dividend's sign.</summary>
internal readonly unsafe struct Idiv : IAccumulatorOperation
{
    public static bool AlwaysSucceeds => false;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Apply<TSize, TFlags>(CpuState* c, ulong source) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong low = TSize.Load((byte*)c), high = TSize.Load((byte*)c + AccumulatorPair.UpperOffset<TSize>());
        long divisor = (long)TSize.SignExtend(source);
        if (divisor == 0) return Faults.Raise(c, ExceptionVector.DivideError);
        long quotient, remainder;
        if (TSize.Bytes == 8)
        {
            if (!TryDivide(high, low, divisor, out quotient, out remainder)) return Faults.Raise(c, ExceptionVector.DivideError);
        }
        else
        {
            long dividend = (long)(TSize.SignExtend(high) << (8 * TSize.Bytes & 63) | low);
            // The one 64-bit quotient that does not fit 64 bits: the host would fault as well.
            if (dividend == long.MinValue && divisor == -1) return Faults.Raise(c, ExceptionVector.DivideError);
            (quotient, remainder) = Math.DivRem(dividend, divisor);
            if ((long)TSize.SignExtend((ulong)quotient) != quotient) return Faults.Raise(c, ExceptionVector.DivideError);
        }
        AccumulatorPair.Write<TSize>(c, (ulong)quotient, (ulong)remainder);
        if (TFlags.Live) QuotientFlags.Set(c);
        return true;
    }

    /// <summary>Divides 128 by 64 bits by magnitudes; false when the quotient does not fit 64 bits.</summary>
    private static bool TryDivide(ulong high, ulong low, long divisor, out long quotient, out long remainder)
    {
        UInt128 dividend = new(high, low);
        bool isNegative = (long)high < 0, quotientIsNegative = isNegative != divisor < 0;
        UInt128 magnitude = isNegative ? UInt128.Zero - dividend : dividend;
        ulong divisorMagnitude = divisor < 0 ? 0UL - (ulong)divisor : (ulong)divisor;
        UInt128 whole = magnitude / divisorMagnitude;
        ulong rest = (ulong)(magnitude - whole * divisorMagnitude);
        quotient = quotientIsNegative ? (long)(0UL - (ulong)whole) : (long)(ulong)whole;
        remainder = isNegative ? (long)(0UL - rest) : (long)rest;
        return whole <= (quotientIsNegative ? 1UL << 63 : (1UL << 63) - 1);
    }
}

/// <summary>All flags are undefined after a division; this is what AMD's processors leave.</summary>
internal static unsafe class QuotientFlags
{
    public static void Set(CpuState* c) =>
        LazyFlags.Update(c, LazyFlags.Sign | LazyFlags.Zero | LazyFlags.Adjust | LazyFlags.Parity, LazyFlags.Adjust);
}

internal static class Division
{
    public static void Register(InstructionTable table)
    {
        table.Add(new AccumulatorBinder<Div>(), Iced.Intel.Mnemonic.Div);
        table.Add(new AccumulatorBinder<Idiv>(), Iced.Intel.Mnemonic.Idiv);
    }
}
