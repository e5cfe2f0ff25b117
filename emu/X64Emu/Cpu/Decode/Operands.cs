using System.Numerics;
using Iced.Intel;

namespace X64Emu.Cpu.Decode;

/// <summary>Where an instruction's first two operands are.</summary>
internal enum OperandForm
{
    /// <summary>No explicit operand.</summary>
    None,

    /// <summary>One register.</summary>
    Register,

    /// <summary>One memory operand.</summary>
    Memory,

    /// <summary>One immediate.</summary>
    Immediate,

    /// <summary>Register, then register.</summary>
    RegisterRegister,

    /// <summary>Register, then memory.</summary>
    RegisterMemory,

    /// <summary>Register, then immediate.</summary>
    RegisterImmediate,

    /// <summary>Memory, then register.</summary>
    MemoryRegister,

    /// <summary>Memory, then immediate.</summary>
    MemoryImmediate,

    /// <summary>Something else: branches, far pointers, string operands.</summary>
    Other,
}

/// <summary>Which <see cref="IAddressForm"/> a memory operand needs.</summary>
internal enum AddressForm
{
    /// <summary><see cref="BaseAddress"/>.</summary>
    Base,

    /// <summary><see cref="IndexedAddress"/>.</summary>
    Indexed,

    /// <summary><see cref="GeneralAddress"/>.</summary>
    General,
}

/// <summary>Turns Iced's operands into the fields of an <see cref="Op"/>.</summary>
internal static unsafe class Operands
{
    /// <summary>The byte offset of a general register in <see cref="CpuState"/>; AH..BH are one byte into their register.</summary>
    public static byte OffsetOf(Register register)
    {
        if (register == Register.None) return CpuState.ZeroOffset;
        if (register is >= Register.AH and <= Register.BH) return (byte)((register - Register.AH) * 8 + 1);
        return (byte)((register.GetFullRegister() - Register.RAX) * 8);
    }

    /// <summary>The byte offset of a segment register's base.</summary>
    public static byte SegmentOffsetOf(Register segment) => (byte)(CpuState.SegmentBaseOffset + (segment - Register.ES) * 8);

    /// <summary>The number of an XMM, general or other register in its file.</summary>
    public static byte NumberOf(Register register) => (byte)register.GetNumber();

    public static OperandForm FormOf(in Instruction instruction)
    {
        if (instruction.OpCount == 0) return OperandForm.None;
        Kind first = KindOf(instruction.Op0Kind);
        if (instruction.OpCount == 1)
        {
            return first switch
            {
                Kind.Register => OperandForm.Register,
                Kind.Memory => OperandForm.Memory,
                Kind.Immediate => OperandForm.Immediate,
                _ => OperandForm.Other,
            };
        }
        return (first, KindOf(instruction.Op1Kind)) switch
        {
            (Kind.Register, Kind.Register) => OperandForm.RegisterRegister,
            (Kind.Register, Kind.Memory) => OperandForm.RegisterMemory,
            (Kind.Register, Kind.Immediate) => OperandForm.RegisterImmediate,
            (Kind.Memory, Kind.Register) => OperandForm.MemoryRegister,
            (Kind.Memory, Kind.Immediate) => OperandForm.MemoryImmediate,
            _ => OperandForm.Other,
        };
    }

    /// <summary>The size in bytes of one explicit operand.</summary>
    public static int SizeOf(in Instruction instruction, int operand = 0) => instruction.GetOpKind(operand) switch
    {
        OpKind.Register => instruction.GetOpRegister(operand).GetSize(),
        OpKind.Memory => instruction.MemorySize.GetSize(),
        _ => 0,
    };

    /// <summary>Fills in register operands as byte offsets, the immediate and the memory operand of a two-operand instruction.</summary>
    public static void Fill(Op* o, in Instruction instruction)
    {
        for (int operand = 0; operand < instruction.OpCount; operand++)
        {
            OpKind kind = instruction.GetOpKind(operand);
            if (kind == OpKind.Register && operand < 2)
            {
                byte offset = instruction.GetOpRegister(operand).IsGPR() ? OffsetOf(instruction.GetOpRegister(operand))
                    : NumberOf(instruction.GetOpRegister(operand));
                if (operand == 0) o->Destination = offset;
                else o->Source = offset;
            }
            else if (KindOf(kind) == Kind.Immediate) o->Immediate = (long)instruction.GetImmediate(operand);
            else if (kind == OpKind.Memory) FillAddress(o, instruction);
        }
    }

    /// <summary>Fills in the memory operand and tells which address form computes it.</summary>
    public static AddressForm FillAddress(Op* o, in Instruction instruction)
    {
        bool isLong = instruction.CodeSize == CodeSize.Code64;
        o->Base = instruction.IsIPRelativeMemoryOperand ? (byte)CpuState.ZeroOffset : OffsetOf(instruction.MemoryBase);
        o->Index = OffsetOf(instruction.MemoryIndex);
        o->Scale = (byte)BitOperations.Log2((uint)instruction.MemoryIndexScale);
        o->Displacement = (long)instruction.MemoryDisplacement64;
        if (IsStackReference(instruction, isLong)) o->Scale |= Op.StackReference;
        int addressSize = AddressSizeOf(instruction);
        o->Scale |= (byte)(addressSize << Op.AddressSizeShift);
        bool segmented = !isLong || instruction.MemorySegment is Register.FS or Register.GS;
        o->Segment = segmented ? SegmentOffsetOf(instruction.MemorySegment) : (byte)CpuState.ZeroOffset;
        if (segmented || addressSize != 0) return AddressForm.General;
        return instruction.MemoryIndex == Register.None ? AddressForm.Base : AddressForm.Indexed;
    }

    /// <summary>Whether a bad address raises #SS rather than #GP. In 64-bit mode the base register alone decides, for prefixes other than FS
    /// and GS mean nothing there.</summary>
    private static bool IsStackReference(in Instruction instruction, bool isLong)
    {
        if (!isLong) return instruction.MemorySegment == Register.SS;
        return instruction.MemorySegment is not (Register.FS or Register.GS)
            && instruction.MemoryBase is Register.RSP or Register.RBP or Register.ESP or Register.EBP;
    }

    /// <summary>The form that <see cref="FillAddress"/> found, from the filled op.</summary>
    public static AddressForm AddressFormOf(Op* o) =>
        o->Segment != CpuState.ZeroOffset || (o->Scale >> Op.AddressSizeShift & 3) != 0 ? AddressForm.General
        : o->Index == CpuState.ZeroOffset ? AddressForm.Base : AddressForm.Indexed;

    /// <summary>0 for 64-bit addresses, 1 for 32, 2 for 16: what <see cref="GeneralAddress.Truncate"/> takes.</summary>
    private static int AddressSizeOf(in Instruction instruction)
    {
        Register register = instruction.MemoryBase != Register.None ? instruction.MemoryBase : instruction.MemoryIndex;
        int bytes = register switch
        {
            Register.None => instruction.MemoryDisplSize,
            Register.EIP => 4,
            Register.RIP => 8,
            _ => register.GetSize(),
        };
        return bytes == 8 ? 0 : bytes == 4 ? 1 : bytes == 2 ? 2 : instruction.CodeSize == CodeSize.Code64 ? 0 : 1;
    }

    private enum Kind
    {
        Register,
        Memory,
        Immediate,
        Other,
    }

    private static Kind KindOf(OpKind kind) => kind switch
    {
        OpKind.Register => Kind.Register,
        OpKind.Memory => Kind.Memory,
        >= OpKind.Immediate8 and <= OpKind.Immediate32to64 => Kind.Immediate,
        _ => Kind.Other,
    };
}
