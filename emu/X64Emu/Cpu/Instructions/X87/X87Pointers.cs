using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>
/// FIP, FCS, FOP, FDP and FDS: where the last x87 instruction was and what memory the last one with a memory operand used. Every
/// instruction but the control instructions sets the first three, faults or not; those with an operand in memory set the other two.
/// </summary>
/// <remarks>FDP is the offset in the segment. Intel SDM Vol. 1, 8.1.8 and 8.1.9.</remarks>
internal static unsafe class X87Pointers
{
    /// <summary>Keeps in <see cref="Op.Immediate"/> what the handlers need: the opcode, above it where the operand's selector is.</summary>
    public static void Fill(Op* o, in Instruction instruction, BlockBuilder block)
    {
        ReadOnlySpan<byte> bytes = block.BytesOf(instruction);
        int position = 0;
        while ((bytes[position] & 0xF8) != 0xD8) position++;
        int opcode = (bytes[position] & 7) << 8 | bytes[position + 1];
        int selector = CpuState.SelectorOffset + ((instruction.MemorySegment == Register.None ? Register.DS : instruction.MemorySegment) - Register.ES) * 2;
        o->Immediate = opcode | selector << 16;
    }

    /// <summary>Records the instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Record(CpuState* c, Op* o)
    {
        c->X87InstructionPointer = o->Rip;
        c->X87Opcode = (ushort)o->Immediate;
        c->X87InstructionSelector = c->Selectors[(int)SegmentName.Cs];
    }

    /// <summary>Records the instruction and its memory operand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RecordMemory(CpuState* c, Op* o, ulong offset)
    {
        Record(c, o);
        c->X87DataPointer = offset;
        c->X87DataSelector = *(ushort*)((byte*)c + ((int)o->Immediate >> 16));
    }
}
