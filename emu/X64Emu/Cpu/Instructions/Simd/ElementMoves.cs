using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>The first source with the element that the immediate names replaced.</summary>
internal readonly unsafe struct InsertElement<T> : ISimdOperation where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = *(Xmm*)first;
        ((T*)destination)[o->Immediate & (Vector128<T>.Count - 1)] = *(T*)source;
        return true;
    }
}

/// <summary>One element, zero-extended to a general register.</summary>
internal readonly unsafe struct ExtractElement<TSize> : ISimdOperation where TSize : struct, IOperandSize
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = TSize.Load(source + (o->Immediate & (16 / TSize.Bytes - 1)) * TSize.Bytes);
        return true;
    }
}

/// <summary>One element, to memory.</summary>
internal readonly unsafe struct StoreElement<TSize> : ISimdOperation where TSize : struct, IOperandSize
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        TSize.Store(destination, TSize.Load(source + (o->Immediate & (16 / TSize.Bytes - 1)) * TSize.Bytes));
        return true;
    }
}

/// <summary>Single integer elements between vector registers and general registers or memory.</summary>
internal static class ElementMoves
{
    public static void Register(InstructionTable table)
    {
        Insert<byte, Size8>(table, [Code.Pinsrb_xmm_r32m8_imm8, Code.Pinsrb_xmm_r64m8_imm8],
            [Code.VEX_Vpinsrb_xmm_xmm_r32m8_imm8, Code.VEX_Vpinsrb_xmm_xmm_r64m8_imm8]);
        Insert<ushort, Size16>(table, [Code.Pinsrw_xmm_r32m16_imm8, Code.Pinsrw_xmm_r64m16_imm8],
            [Code.VEX_Vpinsrw_xmm_xmm_r32m16_imm8, Code.VEX_Vpinsrw_xmm_xmm_r64m16_imm8]);
        Insert<uint, Size32>(table, [Code.Pinsrd_xmm_rm32_imm8], [Code.VEX_Vpinsrd_xmm_xmm_rm32_imm8]);
        Insert<ulong, Size64>(table, [Code.Pinsrq_xmm_rm64_imm8], [Code.VEX_Vpinsrq_xmm_xmm_rm64_imm8]);

        Extract<Size8>(table, [Code.Pextrb_r32m8_xmm_imm8, Code.Pextrb_r64m8_xmm_imm8], [Code.VEX_Vpextrb_r32m8_xmm_imm8, Code.VEX_Vpextrb_r64m8_xmm_imm8]);
        Extract<Size16>(table, [Code.Pextrw_r32m16_xmm_imm8, Code.Pextrw_r64m16_xmm_imm8, Code.Pextrw_r32_xmm_imm8, Code.Pextrw_r64_xmm_imm8],
            [Code.VEX_Vpextrw_r32m16_xmm_imm8, Code.VEX_Vpextrw_r64m16_xmm_imm8, Code.VEX_Vpextrw_r32_xmm_imm8, Code.VEX_Vpextrw_r64_xmm_imm8]);
        Extract<Size32>(table, [Code.Pextrd_rm32_xmm_imm8], [Code.VEX_Vpextrd_rm32_xmm_imm8]);
        Extract<Size64>(table, [Code.Pextrq_rm64_xmm_imm8], [Code.VEX_Vpextrq_rm64_xmm_imm8]);
    }

    private static void Insert<T, TSize>(InstructionTable table, ReadOnlySpan<Code> legacy, ReadOnlySpan<Code> vex)
        where T : unmanaged where TSize : struct, IOperandSize
    {
        table.Add(new SimdLoadBinder<InsertElement<T>, InsertElement<T>, XmmFile, GeneralFile, TSize, Unaligned, Legacy>(
            ExecutionUnit.Sse, mayFault: false), legacy);
        table.Add(new SimdLoadBinder<InsertElement<T>, InsertElement<T>, XmmFile, GeneralFile, TSize, Unaligned, Vex128>(
            ExecutionUnit.Avx, mayFault: false), vex);
    }

    private static void Extract<TSize>(InstructionTable table, ReadOnlySpan<Code> legacy, ReadOnlySpan<Code> vex) where TSize : struct, IOperandSize
    {
        table.Add(new SimdStoreBinder<ExtractElement<TSize>, StoreElement<TSize>, GeneralFile, XmmFile, TSize, Unaligned, Legacy>(ExecutionUnit.Sse), legacy);
        table.Add(new SimdStoreBinder<ExtractElement<TSize>, StoreElement<TSize>, GeneralFile, XmmFile, TSize, Unaligned, Legacy>(ExecutionUnit.Avx), vex);
    }
}
