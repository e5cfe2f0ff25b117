using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions.Sse;

/// <summary>Where a register operand of an SSE instruction is.</summary>
internal unsafe interface IRegisterFile
{
    /// <summary>Its host address, from the operand byte that <see cref="SseOperands.Fill"/> made.</summary>
    static abstract byte* At(CpuState* c, byte operand);
}

/// <summary>XMM0 to XMM15. The operand byte counts in steps of 8 bytes, which one x86 addressing mode can scale.</summary>
internal readonly unsafe struct XmmFile : IRegisterFile
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* At(CpuState* c, byte operand) => (byte*)c + CpuState.XmmOffset + ((nint)operand * 8);
}

/// <summary>The general registers, whole.</summary>
internal readonly unsafe struct GeneralFile : IRegisterFile
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* At(CpuState* c, byte operand) => (byte*)c + operand;
}

/// <summary>Whether a memory operand must be aligned to 16 bytes (Intel SDM Vol. 1, 4.1.1).</summary>
internal unsafe interface IAlignment
{
    static abstract bool IsRequired { get; }

    /// <summary>Presence, permission and alignment or page crossing in one compare.</summary>
    static abstract bool Hit<TSize>(FastTlbEntry* entry, ulong address) where TSize : struct, IOperandSize;
}

/// <summary>Any address will do.</summary>
internal readonly unsafe struct Unaligned : IAlignment
{
    public static bool IsRequired => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Hit<TSize>(FastTlbEntry* entry, ulong address) where TSize : struct, IOperandSize => MemoryPolicy.Hit<TSize>(entry, address);
}

/// <summary>16-byte aligned, else #GP(0). An aligned operand never crosses a page, so the low four bits take part in the compare instead.</summary>
internal readonly unsafe struct Aligned16 : IAlignment
{
    public static bool IsRequired => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Hit<TSize>(FastTlbEntry* entry, ulong address) where TSize : struct, IOperandSize => (address & ~0xff0UL) == entry->Tag;
}

internal static unsafe class SseOperands
{
    /// <summary>Fills in operands, registers of both files among them.</summary>
    public static void Fill(Op* o, in Instruction instruction)
    {
        Operands.Fill(o, instruction);
        if (instruction.OpCount > 0 && instruction.Op0Kind == OpKind.Register) o->Destination = OperandOf(instruction.Op0Register);
        if (instruction.OpCount > 1 && instruction.Op1Kind == OpKind.Register) o->Source = OperandOf(instruction.Op1Register);
    }

    /// <summary>The operand byte of a register.</summary>
    public static byte OperandOf(Register register) =>
        register.IsXMM() ? (byte)(Operands.NumberOf(register) * (CpuState.XmmStride / 8)) : Operands.OffsetOf(register);
}
