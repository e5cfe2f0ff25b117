using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>VPERMILPD by an immediate: one bit for each element.</summary>
internal readonly struct PermuteDoubles : IPackedShuffle
{
    public static ShuffleTable Indices => Shufpd.Indices;

    public static Xmm Apply(Xmm a, Xmm b, Xmm indices) => Vector128.ShuffleNative(b, indices);
}

/// <summary>BLENDPD: each bit of the immediate chooses an element.</summary>
internal readonly struct Blendpd : IPackedShuffle
{
    public static ShuffleTable Indices { get; } = ShuffleTable.OfMasks(i => i / 8);

    public static Xmm Apply(Xmm a, Xmm b, Xmm mask) => Vector128.ConditionalSelect(mask, b, a);
}

/// <summary>VPERMILPS: bits 1..0 of each control element choose an element of the same half.</summary>
internal readonly struct Vpermilps : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Avx.IsSupported ? Avx.PermuteVar(a.AsSingle(), b.AsInt32()).AsByte() : Portable.PermuteSingles(a, b);
}

/// <summary>VPERMILPD: bit 1 of each control element chooses an element of the same half.</summary>
internal readonly struct Vpermilpd : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Avx.IsSupported ? Avx.PermuteVar(a.AsDouble(), b.AsInt64()).AsByte() : Portable.PermuteDoubles(a, b);
}

/// <summary>INSERTPS: of the immediate, bits 5..4 are the element replaced, and bits 3..0 say which become zero.</summary>
internal readonly unsafe struct InsertSingle<TChoice> : ISimdOperation where TChoice : struct, IInsertedSingle
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        Vector128<uint> immediate = Vector128.Create((uint)o->Immediate), inserted = Vector128.Create(((uint*)source)[TChoice.Of(o)]);
        Vector128<uint> isReplaced = Vector128.Equals(immediate >>> 4 & Vector128.Create(3u), Vector128.Create(0u, 1, 2, 3));
        Vector128<uint> isKept = Vector128.Equals(immediate & Vector128.Create(1u, 2, 4, 8), Vector128<uint>.Zero);
        *(Vector128<uint>*)destination = Vector128.ConditionalSelect(isReplaced, inserted, *(Vector128<uint>*)first) & isKept;
        return true;
    }
}

/// <summary>Which element of the source INSERTPS takes.</summary>
internal unsafe interface IInsertedSingle
{
    static abstract int Of(Op* o);
}

/// <summary>Bits 7..6 of the immediate choose one of a register.</summary>
internal readonly unsafe struct ChosenSingle : IInsertedSingle
{
    public static int Of(Op* o) => (int)o->Immediate >> 6 & 3;
}

/// <summary>Memory holds but one.</summary>
internal readonly unsafe struct OnlySingle : IInsertedSingle
{
    public static int Of(Op* o) => 0;
}

/// <summary>VTESTPS and VTESTPD: ZF and CF as PTEST has them, from the signs alone.</summary>
internal readonly unsafe struct TestSigns<T, TElements> : ISimdOperation where T : unmanaged where TElements : struct, IElements
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        uint a = SignsOf(destination), b = SignsOf(source);
        LazyFlags.SetExplicit(c, ((a & b) == 0 ? LazyFlags.Zero : 0) | ((b & ~a) == 0 ? LazyFlags.Carry : 0));
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint SignsOf(byte* operand) => Vector128.ExtractMostSignificantBits(*(Vector128<T>*)operand)
        | (TElements.IsWide ? Vector128.ExtractMostSignificantBits(*(Vector128<T>*)(operand + 16)) << Vector128<T>.Count : 0);
}

/// <summary>Instructions that move floating-point elements between places without looking at them.</summary>
internal static class FloatShuffles
{
    public static void Register(InstructionTable table)
    {
        table.AddShuffle<Pblendd>(Code.Blendps_xmm_xmmm128_imm8, Code.VEX_Vblendps_xmm_xmm_xmmm128_imm8, Code.VEX_Vblendps_ymm_ymm_ymmm256_imm8);
        table.AddShuffle<Blendpd>(Code.Blendpd_xmm_xmmm128_imm8, Code.VEX_Vblendpd_xmm_xmm_xmmm128_imm8, Code.VEX_Vblendpd_ymm_ymm_ymmm256_imm8);
        table.AddVector<VariableBlend<int>, WideVariableBlend<int>, Size128, Size256>(
            Code.Blendvps_xmm_xmmm128, Code.VEX_Vblendvps_xmm_xmm_xmmm128_xmm, Code.VEX_Vblendvps_ymm_ymm_ymmm256_ymm);
        table.AddVector<VariableBlend<long>, WideVariableBlend<long>, Size128, Size256>(
            Code.Blendvpd_xmm_xmmm128, Code.VEX_Vblendvpd_xmm_xmm_xmmm128_xmm, Code.VEX_Vblendvpd_ymm_ymm_ymmm256_ymm);

        table.AddShuffle<Pshufd>(Code.INVALID, Code.VEX_Vpermilps_xmm_xmmm128_imm8, Code.VEX_Vpermilps_ymm_ymmm256_imm8);
        table.AddShuffle<PermuteDoubles>(Code.INVALID, Code.VEX_Vpermilpd_xmm_xmmm128_imm8, Code.VEX_Vpermilpd_ymm_ymmm256_imm8);
        table.AddPacked<Vpermilps>(Code.INVALID, Code.VEX_Vpermilps_xmm_xmm_xmmm128, Code.VEX_Vpermilps_ymm_ymm_ymmm256);
        table.AddPacked<Vpermilpd>(Code.INVALID, Code.VEX_Vpermilpd_xmm_xmm_xmmm128, Code.VEX_Vpermilpd_ymm_ymm_ymmm256);

        Wide<PermuteHalves, Size256>(table, Code.VEX_Vperm2f128_ymm_ymm_ymmm256_imm8);
        Wide<InsertHalf, Size128>(table, Code.VEX_Vinsertf128_ymm_ymm_xmmm128_imm8);
        table.Add(new SimdStoreBinder<ExtractHalf, ExtractHalf, XmmFile, XmmFile, Size128, Unaligned, Vex128>(ExecutionUnit.Avx),
            [Code.VEX_Vextractf128_xmmm128_ymm_imm8]);

        Insert<Legacy>(table, ExecutionUnit.Sse, Code.Insertps_xmm_xmmm32_imm8);
        Insert<Vex128>(table, ExecutionUnit.Avx, Code.VEX_Vinsertps_xmm_xmm_xmmm32_imm8);
        Extract(table, ExecutionUnit.Sse, Code.Extractps_rm32_xmm_imm8, Code.Extractps_r64m32_xmm_imm8);
        Extract(table, ExecutionUnit.Avx, Code.VEX_Vextractps_rm32_xmm_imm8, Code.VEX_Vextractps_r64m32_xmm_imm8);

        Test<TestSigns<uint, PackedElements>, Size128>(table, Code.VEX_Vtestps_xmm_xmmm128);
        Test<TestSigns<uint, WideElements>, Size256>(table, Code.VEX_Vtestps_ymm_ymmm256);
        Test<TestSigns<ulong, PackedElements>, Size128>(table, Code.VEX_Vtestpd_xmm_xmmm128);
        Test<TestSigns<ulong, WideElements>, Size256>(table, Code.VEX_Vtestpd_ymm_ymmm256);
    }

    private static void Wide<TOperation, TSize>(InstructionTable table, Code code)
        where TOperation : struct, ISimdOperation where TSize : struct, IOperandSize =>
        VectorForms.Add<TOperation, TSize, Unaligned, Vex256>(table, ExecutionUnit.Avx, mayFault: false, code);

    private static void Insert<TEncoding>(InstructionTable table, ExecutionUnit unit, Code code) where TEncoding : struct, IEncoding => table.Add(
        new SimdLoadBinder<InsertSingle<ChosenSingle>, InsertSingle<OnlySingle>, XmmFile, XmmFile, Size32, Unaligned, TEncoding>(unit, mayFault: false),
        [code]);

    private static void Extract(InstructionTable table, ExecutionUnit unit, params ReadOnlySpan<Code> codes) =>
        table.Add(new SimdStoreBinder<ExtractElement<Size32>, StoreElement<Size32>, GeneralFile, XmmFile, Size32, Unaligned, Legacy>(unit), codes);

    /// <summary>The result is in RFLAGS: no register is completed.</summary>
    private static void Test<TOperation, TSize>(InstructionTable table, Code code)
        where TOperation : struct, ISimdOperation where TSize : struct, IOperandSize =>
        VectorForms.Add<TOperation, TSize, Unaligned, Legacy>(table, ExecutionUnit.Avx, mayFault: false, code);
}
