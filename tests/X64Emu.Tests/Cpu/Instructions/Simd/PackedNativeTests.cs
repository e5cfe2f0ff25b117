using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu.Instructions.Simd;
using X64Emu.Tests.Cpu.HardwareDifferential;
using X64Emu.Tests.Cpu.Native;
using Xunit;
using static Iced.Intel.AssemblerRegisters;
using Xmm = System.Runtime.Intrinsics.Vector128<byte>;

namespace X64Emu.Tests.Cpu.Instructions.Simd;

/// <summary>Packed integer instructions against the host's processor, with the host's intrinsics and without.</summary>
public unsafe class PackedNativeTests
{
    private const int Cases = 20_000;
    private const int Seed = 386;

    [NativeFact]
    public void Arithmetic_AnyOperands_AgreesWithProcessor()
    {
        Check<Paddb>(c => c.paddb(xmm0, xmm1));
        Check<Paddw>(c => c.paddw(xmm0, xmm1));
        Check<Paddd>(c => c.paddd(xmm0, xmm1));
        Check<Paddq>(c => c.paddq(xmm0, xmm1));
        Check<Psubb>(c => c.psubb(xmm0, xmm1));
        Check<Psubw>(c => c.psubw(xmm0, xmm1));
        Check<Psubd>(c => c.psubd(xmm0, xmm1));
        Check<Psubq>(c => c.psubq(xmm0, xmm1));
        Check<Paddsb>(c => c.paddsb(xmm0, xmm1));
        Check<Paddsw>(c => c.paddsw(xmm0, xmm1));
        Check<Paddusb>(c => c.paddusb(xmm0, xmm1));
        Check<Paddusw>(c => c.paddusw(xmm0, xmm1));
        Check<Psubsb>(c => c.psubsb(xmm0, xmm1));
        Check<Psubsw>(c => c.psubsw(xmm0, xmm1));
        Check<Psubusb>(c => c.psubusb(xmm0, xmm1));
        Check<Psubusw>(c => c.psubusw(xmm0, xmm1));
        Check<Pminub>(c => c.pminub(xmm0, xmm1));
        Check<Pmaxub>(c => c.pmaxub(xmm0, xmm1));
        Check<Pminsw>(c => c.pminsw(xmm0, xmm1));
        Check<Pmaxsw>(c => c.pmaxsw(xmm0, xmm1));
        Check<Pavgb>(c => c.pavgb(xmm0, xmm1), Portable.Average);
        Check<Pavgw>(c => c.pavgw(xmm0, xmm1), (a, b) => Portable.Average(a.AsUInt16(), b.AsUInt16()).AsByte());
        Check<Pmullw>(c => c.pmullw(xmm0, xmm1));
        Check<Pmulhw>(c => c.pmulhw(xmm0, xmm1), Portable.MultiplyHighSigned);
        Check<Pmulhuw>(c => c.pmulhuw(xmm0, xmm1), Portable.MultiplyHighUnsigned);
        Check<Pmuludq>(c => c.pmuludq(xmm0, xmm1), Portable.MultiplyEven);
        Check<Pmaddwd>(c => c.pmaddwd(xmm0, xmm1), Portable.MultiplyAddAdjacent);
        Check<Psadbw>(c => c.psadbw(xmm0, xmm1), Portable.SumAbsoluteDifferences);
    }

    [NativeFact]
    public void LogicAndCompare_AnyOperands_AgreesWithProcessor()
    {
        Check<Pand>(c => c.pand(xmm0, xmm1));
        Check<Pandn>(c => c.pandn(xmm0, xmm1));
        Check<Por>(c => c.por(xmm0, xmm1));
        Check<Pxor>(c => c.pxor(xmm0, xmm1));
        Check<Pand>(c => c.andps(xmm0, xmm1));
        Check<Pandn>(c => c.andnpd(xmm0, xmm1));
        Check<Por>(c => c.orps(xmm0, xmm1));
        Check<Pxor>(c => c.xorpd(xmm0, xmm1));
        Check<Pcmpeqb>(c => c.pcmpeqb(xmm0, xmm1));
        Check<Pcmpeqw>(c => c.pcmpeqw(xmm0, xmm1));
        Check<Pcmpeqd>(c => c.pcmpeqd(xmm0, xmm1));
        Check<Pcmpgtb>(c => c.pcmpgtb(xmm0, xmm1));
        Check<Pcmpgtw>(c => c.pcmpgtw(xmm0, xmm1));
        Check<Pcmpgtd>(c => c.pcmpgtd(xmm0, xmm1));
    }

    [NativeFact]
    public void Shifts_AnyCount_AgreesWithProcessor()
    {
        Check<Psllw>(c => c.psllw(xmm0, xmm1), (a, b) => Portable.ShiftLeft(a.AsUInt16(), b).AsByte());
        Check<Pslld>(c => c.pslld(xmm0, xmm1), (a, b) => Portable.ShiftLeft(a.AsUInt32(), b).AsByte());
        Check<Psllq>(c => c.psllq(xmm0, xmm1), (a, b) => Portable.ShiftLeft(a.AsUInt64(), b).AsByte());
        Check<Psrlw>(c => c.psrlw(xmm0, xmm1), (a, b) => Portable.ShiftRight(a.AsUInt16(), b).AsByte());
        Check<Psrld>(c => c.psrld(xmm0, xmm1), (a, b) => Portable.ShiftRight(a.AsUInt32(), b).AsByte());
        Check<Psrlq>(c => c.psrlq(xmm0, xmm1), (a, b) => Portable.ShiftRight(a.AsUInt64(), b).AsByte());
        Check<Psraw>(c => c.psraw(xmm0, xmm1), (a, b) => Portable.ShiftRightArithmetic(a.AsInt16(), b).AsByte());
        Check<Psrad>(c => c.psrad(xmm0, xmm1), (a, b) => Portable.ShiftRightArithmetic(a.AsInt32(), b).AsByte());
    }

    [NativeFact]
    public void UnpackAndPack_AnyOperands_AgreesWithProcessor()
    {
        Check<Punpcklbw>(c => c.punpcklbw(xmm0, xmm1), Portable.InterleaveLow<byte>);
        Check<Punpcklwd>(c => c.punpcklwd(xmm0, xmm1), Portable.InterleaveLow<ushort>);
        Check<Punpckldq>(c => c.punpckldq(xmm0, xmm1), Portable.InterleaveLow<uint>);
        Check<Punpcklqdq>(c => c.punpcklqdq(xmm0, xmm1), Portable.LowHalves);
        Check<Punpckhbw>(c => c.punpckhbw(xmm0, xmm1), Portable.InterleaveHigh<byte>);
        Check<Punpckhwd>(c => c.punpckhwd(xmm0, xmm1), Portable.InterleaveHigh<ushort>);
        Check<Punpckhdq>(c => c.punpckhdq(xmm0, xmm1), Portable.InterleaveHigh<uint>);
        Check<Punpckhqdq>(c => c.punpckhqdq(xmm0, xmm1), Portable.HighHalves);
        Check<Punpckldq>(c => c.unpcklps(xmm0, xmm1));
        Check<Punpckhdq>(c => c.unpckhps(xmm0, xmm1));
        Check<Punpcklqdq>(c => c.unpcklpd(xmm0, xmm1));
        Check<Punpckhqdq>(c => c.unpckhpd(xmm0, xmm1));
        Check<Packsswb>(c => c.packsswb(xmm0, xmm1));
        Check<Packssdw>(c => c.packssdw(xmm0, xmm1));
        Check<Packuswb>(c => c.packuswb(xmm0, xmm1), Portable.PackUnsigned);
    }

    [NativeFact]
    public void PermutesInHalves_AnyControl_AgreesWithProcessor()
    {
        if (!HostProcessor.Has(CpuidFeature.AVX)) return;
        Check<Vpermilps>(c => c.vpermilps(xmm0, xmm0, xmm1), Portable.PermuteSingles);
        Check<Vpermilpd>(c => c.vpermilpd(xmm0, xmm0, xmm1), Portable.PermuteDoubles);
    }

    [NativeFact]
    public void Ssse3AndSse41_AnyOperands_AgreesWithProcessor()
    {
        Check<Pshufb>(c => c.pshufb(xmm0, xmm1), Portable.ShuffleBytes);
        Check<Phaddw>(c => c.phaddw(xmm0, xmm1), Portable.AddAdjacentWords);
        Check<Phaddd>(c => c.phaddd(xmm0, xmm1), Portable.AddAdjacentDoublewords);
        Check<Phaddsw>(c => c.phaddsw(xmm0, xmm1), Portable.AddAdjacentWordsSaturated);
        Check<Phsubw>(c => c.phsubw(xmm0, xmm1), Portable.SubtractAdjacentWords);
        Check<Phsubd>(c => c.phsubd(xmm0, xmm1), Portable.SubtractAdjacentDoublewords);
        Check<Phsubsw>(c => c.phsubsw(xmm0, xmm1), Portable.SubtractAdjacentWordsSaturated);
        Check<Pmaddubsw>(c => c.pmaddubsw(xmm0, xmm1), Portable.MultiplyAddAdjacentBytes);
        Check<Pmulhrsw>(c => c.pmulhrsw(xmm0, xmm1), Portable.MultiplyHighRounded);
        Check<Psignb>(c => c.psignb(xmm0, xmm1), (a, b) => Portable.Sign(a.AsSByte(), b.AsSByte()).AsByte());
        Check<Psignw>(c => c.psignw(xmm0, xmm1), (a, b) => Portable.Sign(a.AsInt16(), b.AsInt16()).AsByte());
        Check<Psignd>(c => c.psignd(xmm0, xmm1), (a, b) => Portable.Sign(a.AsInt32(), b.AsInt32()).AsByte());
        Check<Pabsb>(c => c.pabsb(xmm0, xmm1), (_, b) => Portable.Absolute(b.AsSByte()).AsByte());
        Check<Pabsw>(c => c.pabsw(xmm0, xmm1), (_, b) => Portable.Absolute(b.AsInt16()).AsByte());
        Check<Pabsd>(c => c.pabsd(xmm0, xmm1), (_, b) => Portable.Absolute(b.AsInt32()).AsByte());
        Check<Pmuldq>(c => c.pmuldq(xmm0, xmm1), Portable.MultiplyEvenSigned);
        Check<Packusdw>(c => c.packusdw(xmm0, xmm1), Portable.PackUnsignedWords);
        Check<Phminposuw>(c => c.phminposuw(xmm0, xmm1), (_, b) => Portable.MinimumWord(b));
    }

    [NativeFact]
    public void VariableShifts_AnyCounts_AgreesWithProcessor()
    {
        if (!HostProcessor.Has(CpuidFeature.AVX2)) return;
        Check<Psllvd>(c => c.vpsllvd(xmm0, xmm0, xmm1), (a, b) => Portable.ShiftLeftEach(a.AsUInt32(), b.AsUInt32()).AsByte());
        Check<Psllvq>(c => c.vpsllvq(xmm0, xmm0, xmm1), (a, b) => Portable.ShiftLeftEach(a.AsUInt64(), b.AsUInt64()).AsByte());
        Check<Psrlvd>(c => c.vpsrlvd(xmm0, xmm0, xmm1), (a, b) => Portable.ShiftRightEach(a.AsUInt32(), b.AsUInt32()).AsByte());
        Check<Psrlvq>(c => c.vpsrlvq(xmm0, xmm0, xmm1), (a, b) => Portable.ShiftRightEach(a.AsUInt64(), b.AsUInt64()).AsByte());
        Check<Psravd>(c => c.vpsravd(xmm0, xmm0, xmm1), (a, b) => Portable.ShiftRightArithmeticEach(a.AsInt32(), b.AsUInt32()).AsByte());
    }

    [Fact]
    public void PermuteDoublewords_WithoutIntrinsics_TakesThreeBitsOfEachIndex()
    {
        Vector256<uint> values = Vector256.Create(10u, 11, 12, 13, 14, 15, 16, 17), indices = Vector256.Create(7u, 0, 8, 15, 3, 0xFFFF_FFF9, 2, 6);
        Assert.Equal(Vector256.Create(17u, 10, 10, 17, 13, 11, 12, 16), Portable.PermuteDoublewords(values, indices));
    }

    [NativeFact]
    public void Immediates_EveryValue_AgreesWithProcessor()
    {
        for (int value = 0; value < 256; value++)
        {
            byte immediate = (byte)value;
            CheckImmediate<Pshufd>(c => c.pshufd(xmm0, xmm1, immediate), immediate);
            CheckImmediate<Pshuflw>(c => c.pshuflw(xmm0, xmm1, immediate), immediate);
            CheckImmediate<Pshufhw>(c => c.pshufhw(xmm0, xmm1, immediate), immediate);
            CheckImmediate<Shufps>(c => c.shufps(xmm0, xmm1, immediate), immediate);
            CheckImmediate<Shufpd>(c => c.shufpd(xmm0, xmm1, immediate), immediate);
            CheckImmediate<Pslldq>(c => c.vpslldq(xmm0, xmm1, immediate), immediate);
            CheckImmediate<Palignr>(c => c.palignr(xmm0, xmm1, immediate), immediate);
            CheckImmediate<Pblendw>(c => c.pblendw(xmm0, xmm1, immediate), immediate);
            CheckImmediate<Psrldq>(c => c.vpsrldq(xmm0, xmm1, immediate), immediate);
        }
    }

    private static void Check<TOperation>(Action<Assembler> emit, Func<Xmm, Xmm, Xmm>? withoutIntrinsics = null)
        where TOperation : struct, IPackedBinary
    {
        var native = new NativeInstruction(emit);
        var random = new Random(Seed);
        for (int i = 0; i < Cases; i++)
        {
            Xmm a = NextOperand(random), b = NextOperand(random);
            var frame = new NativeFrame { Xmm0 = a, Xmm1 = b, MxcsrBefore = 0x1F80 };
            native.Run(ref frame);
            Same(typeof(TOperation), a, b, frame.Result, TOperation.Apply(a, b));
            if (withoutIntrinsics != null)
                Same(typeof(Portable), a, b, frame.Result, withoutIntrinsics(a, b));
        }
    }

    private static void CheckImmediate<TOperation>(Action<Assembler> emit, byte immediate)
        where TOperation : struct, IPackedShuffle
    {
        var native = new NativeInstruction(emit);
        var random = new Random(Seed);
        for (int i = 0; i < 20; i++)
        {
            Xmm a = NextOperand(random), b = NextOperand(random);
            var frame = new NativeFrame { Xmm0 = a, Xmm1 = b, MxcsrBefore = 0x1F80 };
            native.Run(ref frame);
            Same(typeof(TOperation), a, b, frame.Result, TOperation.Apply(a, b, *TOperation.Indices.For(immediate)));
        }
    }

    private static void Same(Type operation, Xmm a, Xmm b, Xmm processor, Xmm emulator)
    {
        if (processor != emulator)
            Assert.Fail($"{operation.Name} {Hex.Of(a)} {Hex.Of(b)}: processor {Hex.Of(processor)}, emulator {Hex.Of(emulator)}");
    }

    /// <summary>Any bits, sign boundaries in every element, or a count around the element widths.</summary>
    private static Xmm NextOperand(Random random)
    {
        ulong[] boundaries =
        [
            0, ulong.MaxValue, 0x8000_8000_8000_8000, 0x7FFF_7FFF_7FFF_7FFF, 0x8080_8080_8080_8080, 0x7F7F_7F7F_8000_0000, 0x0001_00FF_FF80_FFFF,
        ];
        return random.Next(4) switch
        {
            0 => Vector128.Create(boundaries[random.Next(boundaries.Length)], boundaries[random.Next(boundaries.Length)]).AsByte(),
            1 => Vector128.Create((ulong)random.NextInt64(70) | (random.Next(8) == 0 ? 1UL << 40 : 0), (ulong)random.NextInt64()).AsByte(),
            _ => Vector128.Create(random.NextInt64(long.MinValue, long.MaxValue), random.NextInt64(long.MinValue, long.MaxValue)).AsByte(),
        };
    }
}
