using System.Numerics;
using Iced.Intel;
using X64Emu.Cpu.Floating;
using X64Emu.Tests.Cpu.Native;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Floating;

/// <summary>Arithmetic, minimum, maximum and comparison against the host's processor: the quick path and the exact one.</summary>
public unsafe class ArithmeticNativeTests
{
    private const int RandomCases = 60_000;
    private const int Seed = 20240611;

    [NativeFact]
    public void Add_AnyOperandsAndControl_AgreesWithProcessor()
        => Arithmetic<AddOperation>(c => c.addps(xmm0, xmm1), c => c.addss(xmm0, xmm1), c => c.addpd(xmm0, xmm1), c => c.addsd(xmm0, xmm1));

    [NativeFact]
    public void Subtract_AnyOperandsAndControl_AgreesWithProcessor()
        => Arithmetic<SubtractOperation>(c => c.subps(xmm0, xmm1), c => c.subss(xmm0, xmm1), c => c.subpd(xmm0, xmm1), c => c.subsd(xmm0, xmm1));

    [NativeFact]
    public void Multiply_AnyOperandsAndControl_AgreesWithProcessor()
        => Arithmetic<MultiplyOperation>(c => c.mulps(xmm0, xmm1), c => c.mulss(xmm0, xmm1), c => c.mulpd(xmm0, xmm1), c => c.mulsd(xmm0, xmm1));

    [NativeFact]
    public void Divide_AnyOperandsAndControl_AgreesWithProcessor()
        => Arithmetic<DivideOperation>(c => c.divps(xmm0, xmm1), c => c.divss(xmm0, xmm1), c => c.divpd(xmm0, xmm1), c => c.divsd(xmm0, xmm1));

    [NativeFact]
    public void SquareRoot_AnyOperandsAndControl_AgreesWithProcessor()
        => Arithmetic<SquareRootOperation>(
            c => c.sqrtps(xmm0, xmm1), c => c.sqrtss(xmm0, xmm1), c => c.sqrtpd(xmm0, xmm1), c => c.sqrtsd(xmm0, xmm1));

    [NativeFact]
    public void Minimum_AnyOperandsAndControl_AgreesWithProcessor()
        => Selection<MinimumOperation>(c => c.minps(xmm0, xmm1), c => c.minss(xmm0, xmm1), c => c.minpd(xmm0, xmm1), c => c.minsd(xmm0, xmm1));

    [NativeFact]
    public void Maximum_AnyOperandsAndControl_AgreesWithProcessor()
        => Selection<MaximumOperation>(c => c.maxps(xmm0, xmm1), c => c.maxss(xmm0, xmm1), c => c.maxpd(xmm0, xmm1), c => c.maxsd(xmm0, xmm1));

    [NativeTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Compare_AnyPredicate_AgreesWithProcessor(int predicate)
    {
        switch (predicate)
        {
            case 0: Compare<EqualPredicate>(0); break;
            case 1: Compare<LessPredicate>(1); break;
            case 2: Compare<LessOrEqualPredicate>(2); break;
            case 3: Compare<UnorderedPredicate>(3); break;
            case 4: Compare<NotPredicate<EqualPredicate>>(4); break;
            case 5: Compare<NotPredicate<LessPredicate>>(5); break;
            case 6: Compare<NotPredicate<LessOrEqualPredicate>>(6); break;
            default: Compare<NotPredicate<UnorderedPredicate>>(7); break;
        }
    }

    private static void Compare<TPredicate>(byte predicate)
        where TPredicate : struct, IComparePredicate
        => Selection<CompareOperation<TPredicate>>(c => c.cmpps(xmm0, xmm1, predicate), c => c.cmpss(xmm0, xmm1, predicate),
            c => c.cmppd(xmm0, xmm1, predicate), c => c.cmpsd(xmm0, xmm1, predicate));

    private static void Arithmetic<TOperation>(Action<Assembler> ps, Action<Assembler> ss, Action<Assembler> pd, Action<Assembler> sd)
        where TOperation : struct, IArithmetic
    {
        Arithmetic<TOperation, PackedElements, Binary32, float>("ps", ps);
        Arithmetic<TOperation, ScalarElement, Binary32, float>("ss", ss);
        Arithmetic<TOperation, PackedElements, Binary64, double>("pd", pd);
        Arithmetic<TOperation, ScalarElement, Binary64, double>("sd", sd);
    }

    private static void Arithmetic<TOperation, TElements, TFormat, T>(string suffix, Action<Assembler> emit)
        where TOperation : struct, IArithmetic
        where TElements : struct, IElements
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new FloatDifferential(typeof(TOperation).Name + suffix, emit).CheckMany(sizeof(T) == 8, RandomCases, Seed,
            static (destination, source, mxcsr) => SimdFloat.TryArithmetic<TOperation, TElements, TFormat, T>(destination, destination, source, mxcsr),
            static (destination, source, mxcsr) => SimdFloat.TryArithmeticExactly<TOperation, TElements, TFormat, T>(destination, destination, source, mxcsr));

    private static void Selection<TOperation>(Action<Assembler> ps, Action<Assembler> ss, Action<Assembler> pd, Action<Assembler> sd)
        where TOperation : struct, ISelection
    {
        Selection<TOperation, PackedElements, Binary32, float>("ps", ps);
        Selection<TOperation, ScalarElement, Binary32, float>("ss", ss);
        Selection<TOperation, PackedElements, Binary64, double>("pd", pd);
        Selection<TOperation, ScalarElement, Binary64, double>("sd", sd);
    }

    private static void Selection<TOperation, TElements, TFormat, T>(string suffix, Action<Assembler> emit)
        where TOperation : struct, ISelection
        where TElements : struct, IElements
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new FloatDifferential(typeof(TOperation).Name + suffix, emit).CheckMany(sizeof(T) == 8, RandomCases, Seed,
            static (destination, source, mxcsr) => SimdFloat.TrySelection<TOperation, TElements, TFormat, T>(destination, destination, source, mxcsr),
            static (destination, source, mxcsr) => SimdFloat.TrySelectionExactly<TOperation, TElements, TFormat, T>(destination, destination, source, mxcsr));
}
