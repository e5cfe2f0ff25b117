using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;
using HostAes = System.Runtime.Intrinsics.X86.Aes;
using HostPclmulqdq = System.Runtime.Intrinsics.X86.Pclmulqdq;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>AESENC: one round with a key.</summary>
internal readonly struct Aesenc : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => HostAes.IsSupported ? HostAes.Encrypt(a, b) : WithoutIntrinsics(a, b);

    public static Xmm WithoutIntrinsics(Xmm a, Xmm b) => PortableAes.MixColumns(PortableAes.SubstituteShifted(a)) ^ b;
}

/// <summary>AESENCLAST.</summary>
internal readonly struct Aesenclast : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => HostAes.IsSupported ? HostAes.EncryptLast(a, b) : WithoutIntrinsics(a, b);

    public static Xmm WithoutIntrinsics(Xmm a, Xmm b) => PortableAes.SubstituteShifted(a) ^ b;
}

/// <summary>AESDEC.</summary>
internal readonly struct Aesdec : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => HostAes.IsSupported ? HostAes.Decrypt(a, b) : WithoutIntrinsics(a, b);

    public static Xmm WithoutIntrinsics(Xmm a, Xmm b) => PortableAes.InverseMixColumns(PortableAes.InverseSubstituteShifted(a)) ^ b;
}

/// <summary>AESDECLAST.</summary>
internal readonly struct Aesdeclast : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => HostAes.IsSupported ? HostAes.DecryptLast(a, b) : WithoutIntrinsics(a, b);

    public static Xmm WithoutIntrinsics(Xmm a, Xmm b) => PortableAes.InverseSubstituteShifted(a) ^ b;
}

/// <summary>AESIMC: turns a key of encryption into one of decryption.</summary>
internal readonly struct Aesimc : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => HostAes.IsSupported ? HostAes.InverseMixColumns(b) : PortableAes.InverseMixColumns(b);
}

/// <summary>AESKEYGENASSIST: the immediate is the round constant.</summary>
internal readonly unsafe struct Aeskeygenassist : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = Apply(*(Xmm*)source, (byte)o->Immediate);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Xmm Apply(Xmm key, byte constant)
    {
        Xmm assisted = HostAes.IsSupported ? HostAes.KeygenAssist(key, 0) : PortableAes.AssistKey(key);
        return assisted ^ Vector128.Create((ulong)constant << 32).AsByte();
    }
}

/// <summary>PCLMULQDQ: the carry-less product of two quadwords; bits 0 and 4 of the immediate choose the upper ones.</summary>
internal readonly unsafe struct Pclmulqdq : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        ulong a = *(ulong*)(first + ((o->Immediate & 1) << 3)), b = *(ulong*)(source + ((o->Immediate & 16) >> 1));
        *(Xmm*)destination = Multiply(a, b);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Xmm Multiply(ulong a, ulong b) => HostPclmulqdq.IsSupported
        ? HostPclmulqdq.CarrylessMultiply(Vector128.CreateScalar(a), Vector128.CreateScalar(b), 0).AsByte()
        : WithoutIntrinsics(a, b);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Xmm WithoutIntrinsics(ulong a, ulong b)
    {
        UInt128 product = 0;
        for (int bit = 0; bit < 64; bit++)
        {
            if ((b >> bit & 1) != 0) product ^= (UInt128)a << bit;
        }
        return Vector128.Create((ulong)product, (ulong)(product >> 64)).AsByte();
    }
}

/// <summary>AES, PCLMULQDQ and their VEX.128 forms, and SHA.</summary>
internal static class Cryptography
{
    public static void Register(InstructionTable table)
    {
        table.AddPacked<Aesenc>(Code.Aesenc_xmm_xmmm128, Code.VEX_Vaesenc_xmm_xmm_xmmm128);
        table.AddPacked<Aesenclast>(Code.Aesenclast_xmm_xmmm128, Code.VEX_Vaesenclast_xmm_xmm_xmmm128);
        table.AddPacked<Aesdec>(Code.Aesdec_xmm_xmmm128, Code.VEX_Vaesdec_xmm_xmm_xmmm128);
        table.AddPacked<Aesdeclast>(Code.Aesdeclast_xmm_xmmm128, Code.VEX_Vaesdeclast_xmm_xmm_xmmm128);
        table.AddPacked<Aesimc>(Code.Aesimc_xmm_xmmm128, Code.VEX_Vaesimc_xmm_xmmm128);
        AddNarrow<Aeskeygenassist>(table, Code.Aeskeygenassist_xmm_xmmm128_imm8, Code.VEX_Vaeskeygenassist_xmm_xmmm128_imm8);
        AddNarrow<Pclmulqdq>(table, Code.Pclmulqdq_xmm_xmmm128_imm8, Code.VEX_Vpclmulqdq_xmm_xmm_xmmm128_imm8);
        AddUnaligned<Sha256Rounds>(table, Code.Sha256rnds2_xmm_xmmm128);
        AddUnaligned<Sha1Rounds>(table, Code.Sha1rnds4_xmm_xmmm128_imm8);
        AddUnaligned<Packed<Sha1NextE>>(table, Code.Sha1nexte_xmm_xmmm128);
        AddUnaligned<Packed<Sha1Message1>>(table, Code.Sha1msg1_xmm_xmmm128);
        AddUnaligned<Packed<Sha1Message2>>(table, Code.Sha1msg2_xmm_xmmm128);
        AddUnaligned<Packed<Sha256Message1>>(table, Code.Sha256msg1_xmm_xmmm128);
        AddUnaligned<Packed<Sha256Message2>>(table, Code.Sha256msg2_xmm_xmmm128);
    }

    /// <summary>AMD's processors take misaligned operands of the SHA instructions; Intel's raise #GP.</summary>
    private static void AddUnaligned<TOperation>(InstructionTable table, Code code) where TOperation : struct, ISimdOperation =>
        VectorForms.Add<TOperation, Size128, Unaligned, Legacy>(table, ExecutionUnit.Sse, mayFault: false, code);

    private static void AddNarrow<TOperation>(InstructionTable table, Code legacy, Code vex128 = Code.INVALID) where TOperation : struct, ISimdOperation =>
        table.AddVector<TOperation, TOperation, Size128, Size128>(legacy, vex128);
}
