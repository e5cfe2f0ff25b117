using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>All 16 bytes.</summary>
internal readonly unsafe struct Move128 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = *(Xmm*)source;
        return true;
    }
}

/// <summary>The low doubleword; the rest of the destination stays.</summary>
internal readonly unsafe struct Move32 : ISimdOperation
{
    public static int ResultBytes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(uint*)destination = *(uint*)source;
        return true;
    }
}

/// <summary>The low quadword; the rest of the destination stays.</summary>
internal readonly unsafe struct Move64 : ISimdOperation
{
    public static int ResultBytes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = *(ulong*)source;
        return true;
    }
}

/// <summary>A doubleword, zero-extended to the whole XMM register.</summary>
internal readonly unsafe struct MoveZeroExtended32 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = Vector128.CreateScalar(*(uint*)source).AsByte();
        return true;
    }
}

/// <summary>A quadword, zero-extended to the whole XMM register.</summary>
internal readonly unsafe struct MoveZeroExtended64 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = Vector128.CreateScalar(*(ulong*)source).AsByte();
        return true;
    }
}

/// <summary>A doubleword, zero-extended to a general register.</summary>
internal readonly unsafe struct MoveToGeneral32 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = *(uint*)source;
        return true;
    }
}

/// <summary>A quadword into the high half.</summary>
internal readonly unsafe struct MoveIntoHigh : ISimdOperation
{
    public static int ResultStart => 8;

    public static int ResultBytes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)(destination + 8) = *(ulong*)source;
        return true;
    }
}

/// <summary>The high half of the source as a quadword.</summary>
internal readonly unsafe struct MoveFromHigh : ISimdOperation
{
    public static int ResultBytes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = *(ulong*)(source + 8);
        return true;
    }
}

internal readonly unsafe struct InsertWord : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = *(Xmm*)first;
        ((ushort*)destination)[o->Immediate & 7] = *(ushort*)source;
        return true;
    }
}

internal readonly unsafe struct ExtractWord : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = ((ushort*)source)[o->Immediate & 7];
        return true;
    }
}

internal readonly unsafe struct SignsOfBytes : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = Vector128.ExtractMostSignificantBits(*(Xmm*)source);
        return true;
    }
}

internal readonly unsafe struct SignsOfSingles : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = Vector128.ExtractMostSignificantBits(*(Vector128<uint>*)source);
        return true;
    }
}

internal readonly unsafe struct SignsOfDoubles : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = Vector128.ExtractMostSignificantBits(*(Vector128<ulong>*)source);
        return true;
    }
}

internal static class SseMoves
{
    public static void Register(InstructionTable table)
    {
        Whole<Aligned16>(table, [Code.Movaps_xmm_xmmm128, Code.Movapd_xmm_xmmm128, Code.Movdqa_xmm_xmmm128],
            [Code.Movaps_xmmm128_xmm, Code.Movapd_xmmm128_xmm, Code.Movdqa_xmmm128_xmm, Code.Movntps_m128_xmm, Code.Movntpd_m128_xmm, Code.Movntdq_m128_xmm]);
        Whole<Unaligned>(table, [Code.Movups_xmm_xmmm128, Code.Movupd_xmm_xmmm128, Code.Movdqu_xmm_xmmm128],
            [Code.Movups_xmmm128_xmm, Code.Movupd_xmmm128_xmm, Code.Movdqu_xmmm128_xmm]);

        Load<Move32, MoveZeroExtended32, XmmFile, XmmFile, Size32>(table, Code.Movss_xmm_xmmm32);
        Load<Move64, MoveZeroExtended64, XmmFile, XmmFile, Size64>(table, Code.Movsd_xmm_xmmm64);
        Store<Move32, Move32, XmmFile, XmmFile, Size32>(table, Code.Movss_xmmm32_xmm);
        Store<Move64, Move64, XmmFile, XmmFile, Size64>(table, Code.Movsd_xmmm64_xmm);

        Load<MoveZeroExtended32, MoveZeroExtended32, XmmFile, GeneralFile, Size32>(table, Code.Movd_xmm_rm32);
        Load<MoveZeroExtended64, MoveZeroExtended64, XmmFile, GeneralFile, Size64>(table, Code.Movq_xmm_rm64);
        Load<MoveZeroExtended64, MoveZeroExtended64, XmmFile, XmmFile, Size64>(table, Code.Movq_xmm_xmmm64);
        Store<MoveToGeneral32, Move32, GeneralFile, XmmFile, Size32>(table, Code.Movd_rm32_xmm);
        Store<Move64, Move64, GeneralFile, XmmFile, Size64>(table, Code.Movq_rm64_xmm);
        Store<MoveZeroExtended64, Move64, XmmFile, XmmFile, Size64>(table, Code.Movq_xmmm64_xmm);

        Load<Move64, Move64, XmmFile, XmmFile, Size64>(table, Code.Movlps_xmm_m64, Code.Movlpd_xmm_m64);
        Load<MoveIntoHigh, MoveIntoHigh, XmmFile, XmmFile, Size64>(table, Code.Movhps_xmm_m64, Code.Movhpd_xmm_m64, Code.Movlhps_xmm_xmm);
        Load<MoveFromHigh, MoveFromHigh, XmmFile, XmmFile, Size64>(table, Code.Movhlps_xmm_xmm);
        Store<Move64, Move64, XmmFile, XmmFile, Size64>(table, Code.Movlps_m64_xmm, Code.Movlpd_m64_xmm);
        Store<MoveFromHigh, MoveFromHigh, XmmFile, XmmFile, Size64>(table, Code.Movhps_m64_xmm, Code.Movhpd_m64_xmm);

        Load<InsertWord, InsertWord, XmmFile, GeneralFile, Size16>(table, Code.Pinsrw_xmm_r32m16_imm8, Code.Pinsrw_xmm_r64m16_imm8);
        Load<ExtractWord, ExtractWord, GeneralFile, XmmFile, Size128>(table, Code.Pextrw_r32_xmm_imm8, Code.Pextrw_r64_xmm_imm8);
        Load<SignsOfBytes, SignsOfBytes, GeneralFile, XmmFile, Size128>(table, Code.Pmovmskb_r32_xmm, Code.Pmovmskb_r64_xmm);
        Load<SignsOfSingles, SignsOfSingles, GeneralFile, XmmFile, Size128>(table, Code.Movmskps_r32_xmm, Code.Movmskps_r64_xmm);
        Load<SignsOfDoubles, SignsOfDoubles, GeneralFile, XmmFile, Size128>(table, Code.Movmskpd_r32_xmm, Code.Movmskpd_r64_xmm);

        // MOVNTI touches no XMM state and works whatever CR0 and CR4 say of it.
        table.Add(new SimdStoreBinder<Move32, Move32, GeneralFile, GeneralFile, Size32, Unaligned, Legacy>(ExecutionUnit.Integer), [Code.Movnti_m32_r32]);
        table.Add(new SimdStoreBinder<Move64, Move64, GeneralFile, GeneralFile, Size64, Unaligned, Legacy>(ExecutionUnit.Integer), [Code.Movnti_m64_r64]);
    }

    private static void Whole<TAlignment>(InstructionTable table, Code[] loads, Code[] stores) where TAlignment : struct, IAlignment
    {
        table.Add(new SimdLoadBinder<Move128, Move128, XmmFile, XmmFile, Size128, TAlignment, Legacy>(ExecutionUnit.Sse, mayFault: false), loads);
        table.Add(new SimdStoreBinder<Move128, Move128, XmmFile, XmmFile, Size128, TAlignment, Legacy>(ExecutionUnit.Sse), stores);
    }

    private static void Load<TRegister, TMemory, TDestination, TSource, TSize>(InstructionTable table, params ReadOnlySpan<Code> codes)
        where TRegister : struct, ISimdOperation where TMemory : struct, ISimdOperation
        where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile where TSize : struct, IOperandSize
        => table.Add(new SimdLoadBinder<TRegister, TMemory, TDestination, TSource, TSize, Unaligned, Legacy>(ExecutionUnit.Sse, mayFault: false), codes);

    private static void Store<TRegister, TMemory, TDestination, TSource, TSize>(InstructionTable table, params ReadOnlySpan<Code> codes)
        where TRegister : struct, ISimdOperation where TMemory : struct, ISimdOperation
        where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile where TSize : struct, IOperandSize
        => table.Add(new SimdStoreBinder<TRegister, TMemory, TDestination, TSource, TSize, Unaligned, Legacy>(ExecutionUnit.Sse), codes);
}
