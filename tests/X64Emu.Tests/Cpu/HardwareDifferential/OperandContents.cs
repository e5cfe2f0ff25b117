using System.Buffers.Binary;
using Iced.Intel;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Values without which an instruction would hardly ever do more than fault: quotients that fit, comparisons that succeed, valid images.</summary>
internal sealed unsafe class OperandContents(CaseRandom random)
{
    private const int Rax = 0, Rcx = 1, Rdx = 2, Rbx = 3;
    private const ulong SettableFlags = 0x24_4ed5, ProtectionKeys = 0x200;
    private readonly Targets targets = new(random);

    /// <summary>How many bytes at a memory operand are given contents that matter.</summary>
    public static int LengthOf(in Instruction instruction) => instruction.Mnemonic switch
    {
        Mnemonic.Frstor or Mnemonic.Fldenv => 108,
        Mnemonic.Fxrstor or Mnemonic.Fxrstor64 => 512,
        Mnemonic.Xrstor or Mnemonic.Xrstor64 or Mnemonic.Xsave or Mnemonic.Xsave64 or Mnemonic.Xsaveopt or Mnemonic.Xsaveopt64
            or Mnemonic.Xsavec or Mnemonic.Xsavec64 => XsaveLayout.Bytes,
        _ => 0,
    };

    /// <summary>XSAVE with an address made of RAX, which asks for components that are the host's alone.</summary>
    public static bool IsUnsafe(in Instruction instruction) => LengthOf(instruction) == XsaveLayout.Bytes && UsesInAddress(instruction, Register.RAX);

    /// <summary>How large a memory operand is.</summary>
    public static int SizeOf(in Instruction instruction) =>
        LengthOf(instruction) is > 0 and int image ? image : instruction.MemorySize.GetSize() is > 0 and int known ? known : 8;

    /// <summary>Before operands are placed.</summary>
    public void PrepareRegisters(CaseInput* input, in Instruction instruction)
    {
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Loop or Mnemonic.Loope or Mnemonic.Loopne or Mnemonic.Jrcxz or Mnemonic.Jecxz:
                input->Registers[Rcx] = (uint)random.Below(3) + (random.OneIn(2) ? 0 : (ulong)random.Below(3) << 32);
                break;
            case Mnemonic.Div or Mnemonic.Idiv:
                PrepareDividend(input, instruction);
                break;
            case Mnemonic.Shl or Mnemonic.Shr or Mnemonic.Sar or Mnemonic.Sal or Mnemonic.Rol or Mnemonic.Ror or Mnemonic.Rcl or Mnemonic.Rcr
                or Mnemonic.Shld or Mnemonic.Shrd when random.OneIn(2):
                input->Registers[Rcx] = (ulong)random.Below(140);
                break;
            case Mnemonic.Cmpxchg when instruction.Op0Kind == OpKind.Register && random.OneIn(2):
                input->Registers[Rax] = input->Registers[instruction.Op0Register.GetFullRegister() - Register.RAX];
                break;
            case Mnemonic.Pcmpestri or Mnemonic.Pcmpestrm or Mnemonic.Vpcmpestri or Mnemonic.Vpcmpestrm:
                if (!random.OneIn(4)) (input->Registers[Rax], input->Registers[Rdx]) = ((ulong)random.Between(-18, 18), (ulong)random.Between(-18, 18));
                break;
            case Mnemonic.Xsave or Mnemonic.Xsave64 or Mnemonic.Xsaveopt or Mnemonic.Xsaveopt64 or Mnemonic.Xsavec or Mnemonic.Xsavec64
                or Mnemonic.Xrstor or Mnemonic.Xrstor64:
                // The host may have protection keys, which are not the emulator's.
                input->Registers[Rax] = (random.OneIn(2) ? (ulong)random.Below(8) : input->Registers[Rax]) & ~ProtectionKeys;
                break;
            case Mnemonic.Mov or Mnemonic.Lar or Mnemonic.Lsl or Mnemonic.Verr or Mnemonic.Verw when SelectorOperand(instruction) is >= 0 and int operand:
                Register register = instruction.GetOpRegister(operand);
                if (register.IsGPR()) input->Registers[register.GetFullRegister() - Register.RAX] = random.Next() << 16 | Selector();
                break;
            case Mnemonic.Rdpmc or Mnemonic.Xgetbv:
                input->Registers[Rcx] = (ulong)random.Below(3);
                break;
        }
        // Integer conversions and shifts of a register by a vector's count want small numbers now and then.
        if (random.OneIn(3)) *(ulong*)(input->Xsave + XsaveLayout.Xmm + 16 * random.Below(16)) = (ulong)random.Below(140);
    }

    /// <summary>The bytes at the memory operand, once its place is known.</summary>
    public void PrepareMemory(CaseInput* input, in Instruction instruction, ulong target, Span<byte> bytes)
    {
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Popf or Mnemonic.Popfq:
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, BinaryPrimitives.ReadUInt64LittleEndian(bytes) & SettableFlags);
                break;
            case Mnemonic.Mov or Mnemonic.Lar or Mnemonic.Lsl or Mnemonic.Verr or Mnemonic.Verw when SelectorOperand(instruction) >= 0:
            case Mnemonic.Pop when instruction.Op0Register is Register.FS or Register.GS:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, Selector());
                break;
            case Mnemonic.Lfs or Mnemonic.Lgs or Mnemonic.Lss:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes[(instruction.MemorySize.GetSize() - 2)..], Selector());
                break;
            case Mnemonic.Ret or Mnemonic.Call or Mnemonic.Jmp:
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, targets.Jump());
                break;
            case Mnemonic.Ldmxcsr or Mnemonic.Vldmxcsr:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, Mxcsr());
                break;
            case Mnemonic.Fxrstor or Mnemonic.Fxrstor64:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes[XsaveLayout.Mxcsr..], Mxcsr());
                break;
            case Mnemonic.Xrstor or Mnemonic.Xrstor64 or Mnemonic.Xsave or Mnemonic.Xsave64 or Mnemonic.Xsaveopt or Mnemonic.Xsaveopt64
                or Mnemonic.Xsavec or Mnemonic.Xsavec64:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes[XsaveLayout.Mxcsr..], Mxcsr());
                Span<byte> header = bytes.Slice(XsaveLayout.Header, 64);
                ulong reserved = header[8];
                header.Clear();
                header[0] = (byte)random.Below(8);
                if (random.OneIn(8)) header[random.Below(64)] = (byte)(reserved & 0xfd);
                header[1] &= 0xfd;   // not the protection keys
                break;
            case Mnemonic.Fldenv or Mnemonic.Frstor or Mnemonic.Fldcw when !random.OneIn(3):
                bytes[0] |= 0x3f;
                break;
            case Mnemonic.Cmpxchg when random.OneIn(2):
                if (UsesInAddress(instruction, Register.RAX)) break;
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, input->Registers[Rax]);
                break;
            case Mnemonic.Cmpxchg8b when random.OneIn(2):
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)input->Registers[Rax]);
                BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)input->Registers[Rdx]);
                break;
            case Mnemonic.Cmpxchg16b when random.OneIn(2):
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, input->Registers[Rax]);
                BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], input->Registers[Rdx]);
                break;
            case Mnemonic.Cmpsb or Mnemonic.Cmpsw or Mnemonic.Cmpsd or Mnemonic.Cmpsq or Mnemonic.Scasb or Mnemonic.Scasw or Mnemonic.Scasd or Mnemonic.Scasq
                when random.OneIn(2):
                // Few different bytes, so that comparisons run on.
                for (int index = 0; index < bytes.Length; index++) bytes[index] = (byte)(random.OneIn(24) ? 1 : 0);
                if (random.OneIn(2)) input->Registers[Rax] = 0;
                break;
            case Mnemonic.Pcmpestri or Mnemonic.Pcmpestrm or Mnemonic.Vpcmpestri or Mnemonic.Vpcmpestrm or Mnemonic.Pcmpistri or Mnemonic.Pcmpistrm
                or Mnemonic.Vpcmpistri or Mnemonic.Vpcmpistrm:
                PrepareText(input, bytes);
                break;
        }
    }

    /// <summary>The operand that holds a selector to be loaded or looked up; negative without one.</summary>
    private static int SelectorOperand(in Instruction instruction) => instruction.Mnemonic switch
    {
        Mnemonic.Mov => instruction.Op0Kind == OpKind.Register && instruction.Op0Register.IsSegmentRegister() ? 1 : -1,
        Mnemonic.Verr or Mnemonic.Verw => 0,
        _ => 1,
    };

    /// <summary>Null, one of the descriptors that Linux and <see cref="EmulatedDescriptors"/> have, one behind the table, or a local one.</summary>
    private ushort Selector() => random.Below(4) switch
    {
        0 => (ushort)random.Below(4),
        1 => (ushort)(random.Pick(EmulatedDescriptors.Count, 100, 8191) << 3 | random.Below(8)),
        _ => (ushort)(random.Below(EmulatedDescriptors.Count) << 3 | (random.OneIn(12) ? 4 : 0) | random.Pick(3, 3, random.Below(4))),
    };

    /// <summary>Short texts over a small alphabet, in registers and memory.</summary>
    private void PrepareText(CaseInput* input, Span<byte> bytes)
    {
        int letters = random.Between(2, 5);
        for (int index = 0; index < bytes.Length; index++) bytes[index] = Letter(letters);
        for (int index = 0; index < 256; index++) input->Xsave[XsaveLayout.Xmm + index] = Letter(letters);
    }

    private byte Letter(int letters) => random.OneIn(24) ? (byte)random.Next() : random.OneIn(16) ? (byte)0 : (byte)(0x61 + random.Below(letters));

    private uint Mxcsr() => random.Below(8) switch
    {
        0 => (uint)random.Next() & ~0x2_0000u,   // the host may have this bit, misaligned SSE, which is not the emulator's
        1 => (uint)random.Next() & 0xffff,
        _ => 0x1f80 | (uint)random.Next() & 0xe07f,
    };

    private static bool UsesInAddress(in Instruction instruction, Register register) =>
        instruction.MemoryBase.GetFullRegister() == register || instruction.MemoryIndex.GetFullRegister() == register;

    /// <summary>Makes the quotient fit when the divisor is about as large as a register's random value.</summary>
    private void PrepareDividend(CaseInput* input, in Instruction instruction)
    {
        if (random.OneIn(6)) return;
        bool isSigned = instruction.Mnemonic == Mnemonic.Idiv;
        int size = instruction.Op0Kind == OpKind.Register ? instruction.Op0Register.GetSize() : instruction.MemorySize.GetSize();
        ulong low = input->Registers[Rax];
        if (size == 1) input->Registers[Rax] = isSigned && random.OneIn(2) ? (ushort)(short)(sbyte)low : low & (0x7fffUL >> random.Below(15));
        else if (random.OneIn(2)) input->Registers[Rdx] = isSigned ? (ulong)((long)(low << (64 - 8 * size)) >> 63) : 0;
        else input->Registers[Rdx] = random.Next() >> (64 - 8 * size) >> random.Below(8 * size);
    }
}
