using X64Emu.Cpu.Floating;
using X64Emu.Cpu.Instructions.X87;

namespace X64Emu.Cpu;

/// <summary>The x87 registers of a processor, for reading and writing while it does not run (Intel SDM Vol. 1, 8.1).</summary>
public sealed unsafe class X87Registers
{
    private const ushort OpcodeBits = 0x7ff;
    private readonly Processor processor;

    internal X87Registers(Processor processor) => this.processor = processor;

    /// <summary>The control word; bits that do not exist are ignored when written.</summary>
    public ushort ControlWord
    {
        get => State->X87Control;
        set
        {
            State->X87Control = X87Words.Control(value);
            X87State.UpdateSummary(State);
        }
    }

    /// <summary>The status word, TOP included. The error summary follows from flags and masks.</summary>
    public ushort StatusWord
    {
        get => State->X87Status;
        set
        {
            State->X87Status = value;
            X87State.UpdateSummary(State);
        }
    }

    /// <summary>The tag word: two bits for each physical register, 0 valid, 1 zero, 2 special, 3 empty. Only emptiness can be written, the rest
    /// follows from the values.</summary>
    public ushort TagWord
    {
        get => X87State.FullTagWord(State);
        set => State->X87Tag = X87State.Abridge(value);
    }

    /// <summary>TOP: the physical register that is ST(0), 0..7.</summary>
    public int Top => State->X87Top >> 4;

    /// <summary>The 11 bits of the last instruction's opcode.</summary>
    public ushort Opcode
    {
        get => State->X87Opcode;
        set => State->X87Opcode = (ushort)(value & OpcodeBits);
    }

    /// <summary>Address of the last instruction that is not a control instruction.</summary>
    public ulong InstructionPointer
    {
        get => State->X87InstructionPointer;
        set => State->X87InstructionPointer = value;
    }

    /// <summary>Selector of that address.</summary>
    public ushort InstructionSelector
    {
        get => State->X87InstructionSelector;
        set => State->X87InstructionSelector = value;
    }

    /// <summary>Address of that instruction's memory operand.</summary>
    public ulong DataPointer
    {
        get => State->X87DataPointer;
        set => State->X87DataPointer = value;
    }

    /// <summary>Selector of that address.</summary>
    public ushort DataSelector
    {
        get => State->X87DataSelector;
        set => State->X87DataSelector = value;
    }

    /// <summary>The bits of ST(<paramref name="index"/>), 0..7, whether it is empty or not: sign and exponent, and the 64 bits of the significand,
    /// which are also MMX register (TOP + index) mod 8.</summary>
    public (ushort SignExponent, ulong Significand) GetStack(int index)
    {
        Float80 value = Float80.Load(Pointer(index));
        return (value.SignExponent, value.Significand);
    }

    /// <summary>Replaces the bits of ST(<paramref name="index"/>), 0..7; its tag stays as it is.</summary>
    public void SetStack(int index, ushort signExponent, ulong significand) => new Float80(signExponent, significand).Store(Pointer(index));

    /// <summary>Whether ST(<paramref name="index"/>), 0..7, holds nothing.</summary>
    public bool IsEmpty(int index) => (TagWord >> (2 * ((Top + index) & 7)) & 3) == 3;

    private CpuState* State => processor.State;

    private byte* Pointer(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, 7);
        return X87State.Stack(State, index);
    }
}
