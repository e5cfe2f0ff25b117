using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu.Instructions.Simd;
using X64Emu.Tests.Cpu.Native;
using Xunit;
using static Iced.Intel.AssemblerRegisters;
using Xmm = System.Runtime.Intrinsics.Vector128<byte>;

namespace X64Emu.Tests.Cpu.Instructions.Simd;

/// <summary>AES, PCLMULQDQ and SHA against the host's processor, with the host's intrinsics and without.</summary>
public sealed class CryptographyNativeTests
{
    private const int Seed = 197, Cases = 5_000;

    [NativeFact]
    public void Aes_AnyOperands_AgreesWithProcessor()
    {
        Check(c => c.aesenc(xmm1, xmm2), Aesenc.Apply, Aesenc.WithoutIntrinsics);
        Check(c => c.aesenclast(xmm1, xmm2), Aesenclast.Apply, Aesenclast.WithoutIntrinsics);
        Check(c => c.aesdec(xmm1, xmm2), Aesdec.Apply, Aesdec.WithoutIntrinsics);
        Check(c => c.aesdeclast(xmm1, xmm2), Aesdeclast.Apply, Aesdeclast.WithoutIntrinsics);
        Check(c => c.aesimc(xmm1, xmm2), Aesimc.Apply, (a, b) => PortableAes.InverseMixColumns(b));
    }

    [NativeFact]
    public void KeyAssistance_EveryRoundConstant_AgreesWithProcessor()
    {
        for (int value = 0; value < 256; value++)
        {
            byte constant = (byte)value;
            Xmm addend = Vector128.Create((ulong)constant << 32).AsByte();
            Check(c => c.aeskeygenassist(xmm1, xmm2, constant), (a, b) => Aeskeygenassist.Apply(b, constant), (a, b) => PortableAes.AssistKey(b) ^ addend, 20);
        }
    }

    [NativeTheory]
    [InlineData(0x00)]
    [InlineData(0x01)]
    [InlineData(0x10)]
    [InlineData(0x11)]
    [InlineData(0xee)]
    public unsafe void CarrylessProduct_AnyOperands_AgreesWithProcessor(byte immediate)
    {
        ulong First(Xmm a) => a.AsUInt64()[immediate & 1];
        ulong Second(Xmm b) => b.AsUInt64()[immediate >> 4 & 1];
        Check(c => c.pclmulqdq(xmm1, xmm2, immediate),
            (a, b) => Pclmulqdq.Multiply(First(a), Second(b)), (a, b) => Pclmulqdq.WithoutIntrinsics(First(a), Second(b)));
    }

    [NativeFact]
    public void Sha_AnyOperands_AgreesWithProcessor()
    {
        Check(c => c.sha1nexte(xmm1, xmm2), Sha1NextE.Apply);
        Check(c => c.sha1msg1(xmm1, xmm2), Sha1Message1.Apply);
        Check(c => c.sha1msg2(xmm1, xmm2), Sha1Message2.Apply);
        Check(c => c.sha256msg1(xmm1, xmm2), Sha256Message1.Apply);
        Check(c => c.sha256msg2(xmm1, xmm2), Sha256Message2.Apply);
        for (byte function = 0; function < 4; function++)
        {
            byte immediate = function;
            Check(c => c.sha1rnds4(xmm1, xmm2, immediate), (a, b) => Sha1Rounds.Apply(a, b, immediate));
        }
        // The rounds take words from XMM0: here the difference of the operands.
        Check(c =>
        {
            c.movdqa(xmm0, xmm1);
            c.pxor(xmm0, xmm2);
            c.sha256rnds2(xmm1, xmm2);
        }, (a, b) => Sha256Rounds.Apply(a, b, (a ^ b).AsUInt64()[0]));
    }

    private static void Check(Action<Assembler> emit, Func<Xmm, Xmm, Xmm> emulated, Func<Xmm, Xmm, Xmm>? withoutIntrinsics = null, int cases = Cases)
    {
        NativeInstruction native = new(emit, firstXmm: 1, secondXmm: 2);
        Random random = new(Seed);
        for (int number = 0; number < cases; number++)
        {
            Xmm a = Any(random), b = Any(random);
            NativeFrame frame = new() { Xmm0 = a, Xmm1 = b, MxcsrBefore = 0x1F80 };
            native.Run(ref frame);
            Assert.Equal(frame.Result, emulated(a, b));
            if (withoutIntrinsics is not null) Assert.Equal(frame.Result, withoutIntrinsics(a, b));
        }
    }

    private static Xmm Any(Random random) =>
        Vector128.Create(random.NextInt64(long.MinValue, long.MaxValue), random.NextInt64(long.MinValue, long.MaxValue)).AsByte();
}
