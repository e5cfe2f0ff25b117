using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X87State = X64Emu.Cpu.Instructions.X87.X87State;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Where a register operand of an SSE instruction is.</summary>
internal unsafe interface IRegisterFile
{
    /// <summary>Its host address, from the operand byte that <see cref="SimdOperands.Fill"/> made.</summary>
    static abstract byte* At(CpuState* c, byte operand);

    /// <summary>Asked before operands are looked at. False when something pending must be reported first: <see cref="Faults.Raise"/> was called.</summary>
    static abstract bool MayUse(CpuState* c);
}

/// <summary>XMM0 to XMM15 and, at the same addresses, YMM0 to YMM15. The operand byte counts in steps of 8 bytes, which one x86 addressing mode can scale.</summary>
internal readonly unsafe struct XmmFile : IRegisterFile
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* At(CpuState* c, byte operand) => (byte*)c + CpuState.XmmOffset + ((nint)operand * 8);

    public static bool MayUse(CpuState* c) => true;
}

/// <summary>MM0 to MM7: the significands of the x87 registers.</summary>
internal readonly unsafe struct MmxFile : IRegisterFile
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* At(CpuState* c, byte operand) => (byte*)c + CpuState.X87Offset + ((nint)operand * 8);

    public static bool MayUse(CpuState* c) => X87State.CheckPending(c);
}

/// <summary>The general registers, whole.</summary>
internal readonly unsafe struct GeneralFile : IRegisterFile
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* At(CpuState* c, byte operand) => (byte*)c + operand;

    public static bool MayUse(CpuState* c) => true;
}

internal static unsafe class RegisterFiles
{
    /// <summary>Asks both files of an instruction whose operands are registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MayUse<TDestination, TSource>(CpuState* c) where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile =>
        TDestination.MayUse(c) && (typeof(TSource) == typeof(TDestination) || TSource.MayUse(c));
}

internal static unsafe class SimdOperands
{
    /// <summary>Fills in operands, registers of all files among them. The source is the last operand that is a register or memory, but for a
    /// mask register behind it (<see cref="Op.Third"/>); a register between it and the destination is <see cref="Op.First"/>.</summary>
    public static void Fill(Op* o, in Instruction instruction)
    {
        Operands.Fill(o, instruction);
        if (instruction.OpCount == 0) return;
        if (instruction.Op0Kind == OpKind.Register) o->Destination = OperandOf(instruction.Op0Register);
        o->First = o->Destination;
        o->Third = 0;   // XMM0, the mask of blends without a VEX prefix
        if (instruction.OpCount == 1) return;
        if (instruction.Op1Kind == OpKind.Register) o->Source = OperandOf(instruction.Op1Register);
        int source = SourceOf(instruction);
        if (source != 2) return;
        o->First = OperandOf(instruction.Op1Register);
        if (instruction.Op2Kind == OpKind.Register) o->Source = OperandOf(instruction.Op2Register);
        if (instruction.OpCount == 4 && instruction.Op3Kind == OpKind.Register) o->Third = OperandOf(instruction.Op3Register);
    }

    /// <summary>Which operand is the source: 2 in three-operand forms, else 1.</summary>
    public static int SourceOf(in Instruction instruction) =>
        instruction.OpCount >= 3 && instruction.Op1Kind == OpKind.Register && instruction.GetOpKind(2) is OpKind.Register or OpKind.Memory ? 2 : 1;

    /// <summary>Whether the source, or the only operand, is in memory.</summary>
    public static bool HasMemorySource(in Instruction instruction) =>
        instruction.OpCount > 0 && instruction.GetOpKind(instruction.OpCount == 1 ? 0 : SourceOf(instruction)) == OpKind.Memory;

    /// <summary>The operand byte of a register.</summary>
    public static byte OperandOf(Register register) =>
        register.IsXMM() || register.IsYMM() ? (byte)(Operands.NumberOf(register) * (CpuState.XmmStride / 8))
        : register.IsMM() ? (byte)(Operands.NumberOf(register) * 2)
        : Operands.OffsetOf(register);
}
