using System.Numerics;
using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu.Floating;
using X64Emu.Tests.Cpu.HardwareDifferential;
using X64Emu.Tests.Cpu.Native;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Floating;

/// <summary>Conversions, COMIS and the reciprocal estimates against the host's processor.</summary>
public unsafe class ConversionNativeTests
{
    private const int RandomCases = 200_000;
    private const int Seed = 8086;

    [NativeFact]
    public void BetweenFormats_AnyOperandsAndControl_AgreesWithProcessor()
    {
        Packed<SingleToDouble>(c => c.cvtps2pd(xmm0, xmm1), false);
        Packed<DoubleToSingle>(c => c.cvtpd2ps(xmm0, xmm1), true);
        Scalar<SingleToDouble>(c => c.cvtss2sd(xmm0, xmm1), false);
        Scalar<DoubleToSingle>(c => c.cvtsd2ss(xmm0, xmm1), true);
    }

    [NativeFact]
    public void PackedIntegers_AnyOperandsAndControl_AgreesWithProcessor()
    {
        Packed<IntegerToFloat<Integer32, Binary32>>(c => c.cvtdq2ps(xmm0, xmm1), false);
        Packed<IntegerToFloat<Integer32, Binary64>>(c => c.cvtdq2pd(xmm0, xmm1), false);
        Packed<FloatToInteger<Binary32, Integer32, RoundAsControlled>>(c => c.cvtps2dq(xmm0, xmm1), false);
        Packed<FloatToInteger<Binary32, Integer32, Truncate>>(c => c.cvttps2dq(xmm0, xmm1), false);
        Packed<FloatToInteger<Binary64, Integer32, RoundAsControlled>>(c => c.cvtpd2dq(xmm0, xmm1), true);
        Packed<FloatToInteger<Binary64, Integer32, Truncate>>(c => c.cvttpd2dq(xmm0, xmm1), true);
    }

    [NativeFact]
    public void ToRegister_AnyOperandsAndControl_AgreesWithProcessor()
    {
        ToRegister<FloatToInteger<Binary32, Integer32, RoundAsControlled>>(c => c.cvtss2si(eax, xmm1), false);
        ToRegister<FloatToInteger<Binary32, Integer64, RoundAsControlled>>(c => c.cvtss2si(rax, xmm1), false);
        ToRegister<FloatToInteger<Binary32, Integer32, Truncate>>(c => c.cvttss2si(eax, xmm1), false);
        ToRegister<FloatToInteger<Binary32, Integer64, Truncate>>(c => c.cvttss2si(rax, xmm1), false);
        ToRegister<FloatToInteger<Binary64, Integer32, RoundAsControlled>>(c => c.cvtsd2si(eax, xmm1), true);
        ToRegister<FloatToInteger<Binary64, Integer64, RoundAsControlled>>(c => c.cvtsd2si(rax, xmm1), true);
        ToRegister<FloatToInteger<Binary64, Integer32, Truncate>>(c => c.cvttsd2si(eax, xmm1), true);
        ToRegister<FloatToInteger<Binary64, Integer64, Truncate>>(c => c.cvttsd2si(rax, xmm1), true);
    }

    [NativeFact]
    public void FromRegister_AnyOperandsAndControl_AgreesWithProcessor()
    {
        FromRegister<IntegerToFloat<Integer32, Binary32>>(c => c.cvtsi2ss(xmm0, ecx));
        FromRegister<IntegerToFloat<Integer64, Binary32>>(c => c.cvtsi2ss(xmm0, rcx));
        FromRegister<IntegerToFloat<Integer32, Binary64>>(c => c.cvtsi2sd(xmm0, ecx));
        FromRegister<IntegerToFloat<Integer64, Binary64>>(c => c.cvtsi2sd(xmm0, rcx));
    }

    [NativeFact]
    public void ScalarComparison_AnyOperandsAndControl_AgreesWithProcessor()
    {
        Comparison<Binary32, float>(c => c.comiss(xmm0, xmm1), true);
        Comparison<Binary32, float>(c => c.ucomiss(xmm0, xmm1), false);
        Comparison<Binary64, double>(c => c.comisd(xmm0, xmm1), true);
        Comparison<Binary64, double>(c => c.ucomisd(xmm0, xmm1), false);
    }

    [NativeFact]
    public void ReciprocalEstimates_AnyOperand_AgreeWithProcessorOrWithinTheBound()
    {
        Estimate(c => c.rcpss(xmm0, xmm1), ReciprocalEstimate.Reciprocal);
        Estimate(c => c.rsqrtss(xmm0, xmm1), ReciprocalEstimate.ReciprocalSquareRoot);
    }

    private static void Packed<TConversion>(Action<Assembler> emit, bool isDouble)
        where TConversion : struct, IConversion
        => new FloatDifferential(typeof(TConversion).ToString(), emit).CheckMany(isDouble, RandomCases, Seed,
            SimdConversion.TryPacked<TConversion>, SimdConversion.TryPackedExactly<TConversion>);

    private static void Scalar<TConversion>(Action<Assembler> emit, bool isDouble)
        where TConversion : struct, IConversion
        => new FloatDifferential(typeof(TConversion).ToString(), emit).CheckMany(isDouble, RandomCases, Seed,
            (destination, source, mxcsr) => SimdConversion.TryScalar<TConversion>(destination, destination, source, mxcsr),
            (destination, source, mxcsr) => SimdConversion.TryScalarExactly<TConversion>(destination, destination, source, mxcsr));

    private static void ToRegister<TConversion>(Action<Assembler> emit, bool isDouble)
        where TConversion : struct, IConversion
    {
        var native = new NativeInstruction(emit);
        ForEachCase(isDouble, (source, mxcsr) =>
        {
            var frame = new NativeFrame { Xmm1 = source, MxcsrBefore = mxcsr };
            native.Run(ref frame);
            ulong quick = ulong.MaxValue, exact = ulong.MaxValue;
            uint quickAfter = mxcsr, exactAfter = mxcsr;
            bool quickFaults = !SimdConversion.TryToRegister<TConversion>((byte*)&quick, (byte*)&source, &quickAfter);
            bool exactFaults = !SimdConversion.TryToRegisterExactly<TConversion>((byte*)&exact, (byte*)&source, &exactAfter);
            var expected = (frame.Rax, frame.MxcsrAfter & Mxcsr.ExceptionFlags, frame.Faulted != 0);
            if (expected != (quick, quickAfter & Mxcsr.ExceptionFlags, quickFaults) || expected != (exact, exactAfter & Mxcsr.ExceptionFlags, exactFaults))
                Assert.Fail($"{typeof(TConversion)} {Hex.Of(source)} mxcsr {mxcsr:x4}: processor {expected}, "
                    + $"emulator {quick} {quickAfter:x4} / {exact} {exactAfter:x4}");
        });
    }

    private static void FromRegister<TConversion>(Action<Assembler> emit)
        where TConversion : struct, IConversion
    {
        var native = new NativeInstruction(emit);
        var random = new Random(Seed);
        for (int i = 0; i < RandomCases; i++)
        {
            uint mxcsr = random.Next(2) == 0 ? Mxcsr.ResetValue : (uint)random.Next(0x10000);
            ulong value = (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            value = random.Next(3) switch { 0 => 0 - value, 1 => (value & ~0xFFFUL) + (ulong)random.Next(-2, 3), _ => value };
            Vector128<byte> destination = Vector128.Create(random.NextInt64(), random.NextInt64()).AsByte(), quick = destination, exact = destination;
            var frame = new NativeFrame { Xmm0 = destination, Rcx = value, MxcsrBefore = mxcsr };
            native.Run(ref frame);
            uint quickAfter = mxcsr, exactAfter = mxcsr;
            bool quickFaults = !SimdConversion.TryScalar<TConversion>((byte*)&quick, (byte*)&quick, (byte*)&value, &quickAfter);
            bool exactFaults = !SimdConversion.TryScalarExactly<TConversion>((byte*)&exact, (byte*)&exact, (byte*)&value, &exactAfter);
            var expected = (frame.Result, frame.MxcsrAfter & Mxcsr.ExceptionFlags, frame.Faulted != 0);
            if (expected != (quick, quickAfter & Mxcsr.ExceptionFlags, quickFaults) || expected != (exact, exactAfter & Mxcsr.ExceptionFlags, exactFaults))
                Assert.Fail($"{typeof(TConversion)} {value:x16} mxcsr {mxcsr:x4}: processor {expected}, "
                    + $"emulator {quick} {quickAfter:x4} / {exact} {exactAfter:x4}");
        }
    }

    private static void Comparison<TFormat, T>(Action<Assembler> emit, bool quietNaNsAreInvalid)
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const ulong statusFlags = 0x8D5;
        var native = new NativeInstruction(c =>
        {
            c.cmp(ecx, 1); // leaves CF, PF, AF and SF set: they must be rewritten
            emit(c);
        });
        var random = new Random(Seed);
        ForEachCase(sizeof(T) == 8, (b, mxcsr) =>
        {
            Vector128<byte> a = random.Next(4) == 0 ? b : FloatDifferential.RandomLanes(sizeof(T) == 8, random);
            var frame = new NativeFrame { Xmm0 = a, Xmm1 = b, MxcsrBefore = mxcsr };
            native.Run(ref frame);
            uint after = mxcsr;
            int flags = ScalarComparison.Compare<TFormat, T>((byte*)&a, (byte*)&b, quietNaNsAreInvalid, &after);
            bool same = frame.Faulted != 0 ? flags == ScalarComparison.Faults : (frame.Rflags & statusFlags) == (ulong)flags;
            if (!same || ((after ^ frame.MxcsrAfter) & Mxcsr.ExceptionFlags) != 0)
                Assert.Fail($"{Hex.Of(a)} {Hex.Of(b)} mxcsr {mxcsr:x4}: "
                    + $"processor {frame.Rflags:x} {frame.MxcsrAfter:x4}, emulator {flags:x} {after:x4}");
        });
    }

    /// <summary>Bit for bit on the processors that the estimates are from, else within the manuals' bound.</summary>
    private static void Estimate(Action<Assembler> emit, Func<uint, uint> emulate)
    {
        bool isExact = HostProcessor.IsAmd;
        var native = new NativeInstruction(emit);
        void Check(Vector128<byte> source, uint mxcsr)
        {
            var frame = new NativeFrame { Xmm1 = source, MxcsrBefore = mxcsr };
            native.Run(ref frame);
            uint bits = source.AsUInt32().ToScalar(), expected = frame.Result.AsUInt32().ToScalar(), actual = emulate(bits);
            double difference = Math.Abs(BitConverter.UInt32BitsToSingle(actual) - (double)BitConverter.UInt32BitsToSingle(expected));
            bool isClose = !isExact && difference <= Math.ScaleB(3, -12) * Math.Abs(BitConverter.UInt32BitsToSingle(expected));
            Assert.True(actual == expected || isClose, $"{bits:x8}: processor {expected:x8}, emulator {actual:x8}");
            Assert.Equal(mxcsr, frame.MxcsrAfter);
        }

        ForEachCase(false, Check);
        // Every entry of the tables, for odd and even exponents; the bits behind the first 12 of the fraction do not count.
        for (uint index = 0; index < 2 << 12; index++)
        {
            Check(Vector128.CreateScalar(0x3F80_0000 + (index << 11)).AsByte(), Mxcsr.ResetValue);
            Check(Vector128.CreateScalar(0x3F80_07FF + (index << 11)).AsByte(), Mxcsr.ResetValue);
        }
    }

    private static void ForEachCase(bool isDouble, Action<Vector128<byte>, uint> check)
    {
        foreach (ulong value in isDouble ? FloatSamples.Doubles : FloatSamples.Singles.Select(bits => (ulong)bits))
        {
            for (uint control = 0; control < 16; control++)
                check(Vector128.CreateScalar(value).AsByte(), Mxcsr.ExceptionMasks | ((control & 3) << 13) | ((control & 4) << 4) | ((control & 8) << 12));
        }
        var random = new Random(Seed);
        for (int i = 0; i < RandomCases; i++)
        {
            uint mxcsr = random.Next(2) == 0 ? Mxcsr.ResetValue : (uint)random.Next(0x10000);
            check(FloatDifferential.RandomLanes(isDouble, random), mxcsr);
        }
    }
}
