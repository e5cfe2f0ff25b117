using Iced.Intel;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Gives registers the values that lead an instruction to memory that <see cref="Targets"/> chose.</summary>
internal sealed unsafe class OperandPlacement(CaseRandom random)
{
    private const int Rax = 0, Rcx = 1, Rbx = 3, Rsp = 4, Rbp = 5, Rsi = 6, Rdi = 7;
    private readonly Targets targets = new(random);

    /// <summary>Places every memory operand. Returns the address of the one whose contents matter.</summary>
    /// <param name="input">The registers.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="fixedTarget">The address of an operand that no register leads to.</param>
    public ulong Place(CaseInput* input, in Instruction instruction, ulong fixedTarget)
    {
        int size = OperandContents.SizeOf(instruction);
        ulong target = targets.Inside(64);
        if (instruction.IsStackInstruction) target = PlaceStack(input, instruction);
        for (int operand = 0; operand < instruction.OpCount; operand++)
        {
            switch (instruction.GetOpKind(operand))
            {
                case OpKind.MemorySegSI or OpKind.MemorySegESI or OpKind.MemorySegRSI:
                    target = PlacePointer(input, Rsi, size, instruction.GetOpKind(operand) == OpKind.MemorySegESI, SegmentBase(input, instruction));
                    PlaceCount(input, instruction);
                    break;
                case OpKind.MemorySegDI or OpKind.MemorySegEDI or OpKind.MemorySegRDI:
                    target = PlacePointer(input, Rdi, size, instruction.GetOpKind(operand) == OpKind.MemorySegEDI, SegmentBase(input, instruction));
                    break;
                case OpKind.MemoryESDI or OpKind.MemoryESEDI or OpKind.MemoryESRDI:
                    target = PlaceDestination(input, instruction, operand, size, target);
                    PlaceCount(input, instruction);
                    break;
                case OpKind.Memory:
                    target = PlaceMemory(input, instruction, size, fixedTarget);
                    break;
                case OpKind.Register when operand == 0 && instruction.FlowControl is FlowControl.IndirectBranch or FlowControl.IndirectCall:
                    input->Registers[NumberOf(instruction.Op0Register)] = targets.Jump();
                    break;
            }
        }
        return target;
    }

    private ulong PlaceStack(CaseInput* input, in Instruction instruction)
    {
        ulong target = targets.Operand(8);
        input->Registers[Rsp] = target + (ulong)(random.OneIn(2) ? instruction.StackPointerIncrement < 0 ? -instruction.StackPointerIncrement : 0 : 0);
        if (instruction.Mnemonic is Mnemonic.Enter or Mnemonic.Leave) input->Registers[Rbp] = target = targets.Operand(8);
        return target;
    }

    private ulong PlacePointer(CaseInput* input, int number, int size, bool narrow, ulong segmentBase)
    {
        ulong target = targets.Operand(size), value = target - segmentBase;
        input->Registers[number] = narrow ? (uint)value | random.Next() << 32 : value;
        return target;
    }

    /// <summary>Often close to the source, so that the two overlap.</summary>
    private ulong PlaceDestination(CaseInput* input, in Instruction instruction, int operand, int size, ulong source)
    {
        bool narrow = instruction.GetOpKind(operand) == OpKind.MemoryESEDI;
        ulong target = random.OneIn(3) ? source + (ulong)random.Between(-24, 24) : targets.Operand(size);
        input->Registers[Rdi] = narrow ? (uint)target | random.Next() << 32 : target;
        return target;
    }

    private void PlaceCount(CaseInput* input, in Instruction instruction)
    {
        bool narrow = instruction.Op0Kind is OpKind.MemoryESEDI or OpKind.MemorySegESI || instruction.Op1Kind is OpKind.MemoryESEDI or OpKind.MemorySegESI;
        ulong count = random.Below(16) switch { 0 => 0, 1 => random.Next(), 2 or 3 => (ulong)random.Below(600), _ => (ulong)random.Below(24) };
        input->Registers[Rcx] = narrow ? (uint)count | random.Next() << 32 : count;
    }

    private ulong PlaceMemory(CaseInput* input, in Instruction instruction, int size, ulong fixedTarget)
    {
        Register main = instruction.MemoryBase, index = instruction.MemoryIndex;
        if (instruction.IsIPRelativeMemoryOperand || (main == Register.None && index == Register.None)) return fixedTarget;
        ulong target = targets.Operand(size);
        if (index.IsVectorRegister()) return PlaceVector(input, instruction);
        bool narrow = (main != Register.None ? main : index).GetSize() == 4;
        ulong wanted = target - instruction.MemoryDisplacement64 - SegmentBase(input, instruction);
        if (narrow) wanted = (uint)wanted;
        if (instruction.Mnemonic == Mnemonic.Xlatb) Set(input, Register.RBX, wanted - (byte)input->Registers[Rax], narrow);
        else if (index == Register.None) Set(input, main, wanted, narrow);
        else if (main == Register.None) target = PlaceIndex(input, index, wanted, instruction.MemoryIndexScale, narrow, target);
        else if (main == index)
        {
            // (1 + scale) * register = wanted; with scale 1 the lowest bit cannot be had.
            ulong factor = (ulong)instruction.MemoryIndexScale + 1;
            Set(input, main, factor == 2 ? wanted / 2 : wanted * Inverse(factor), narrow);
            if (factor == 2 && (wanted & 1) != 0) target--;
        }
        else
        {
            if (random.OneIn(2)) Set(input, index, (ulong)random.Between(-600, 600), narrow);
            ulong offset = input->Registers[NumberOf(index)];
            Set(input, main, wanted - (narrow ? (uint)offset : offset) * (ulong)instruction.MemoryIndexScale, narrow);
        }
        return PlaceBitOffset(input, instruction, target);
    }

    /// <summary>A bit offset in a register is signed and reaches beyond the operand.</summary>
    private ulong PlaceBitOffset(CaseInput* input, in Instruction instruction, ulong target)
    {
        if (instruction.Mnemonic is not (Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc) || instruction.Op1Kind != OpKind.Register) return target;
        int number = NumberOf(instruction.Op1Register);
        bool isAddress = number == NumberOf(instruction.MemoryBase) || number == NumberOf(instruction.MemoryIndex);
        if (!isAddress && !random.OneIn(4)) input->Registers[number] = (ulong)random.Between(-2000, 2000);
        return target;
    }

    private static ulong PlaceIndex(CaseInput* input, Register index, ulong wanted, int scale, bool narrow, ulong target)
    {
        ulong rest = wanted & (ulong)(scale - 1);
        // Sign-extending, so that a displacement larger than the target works.
        ulong value = narrow ? (uint)((int)(wanted - rest) / scale) : (ulong)((long)(wanted - rest) / scale);
        Set(input, index, value, narrow);
        return target - rest;
    }

    /// <summary>Each lane of an index register gets a target of its own, near the base.</summary>
    private ulong PlaceVector(CaseInput* input, in Instruction instruction)
    {
        bool narrowAddress = instruction.MemoryBase.GetSize() == 4;
        ulong near = targets.Inside(64), segmentBase = SegmentBase(input, instruction), origin = 0;
        if (instruction.MemoryBase != Register.None)
        {
            origin = near - instruction.MemoryDisplacement64 - segmentBase;
            Set(input, instruction.MemoryBase, origin, narrowAddress);
            if (narrowAddress) origin = (uint)origin;
        }
        bool wideIndex = instruction.Code.ToOpCode() is var info && Enumerable.Range(0, info.OpCount).Any(
            operand => info.GetOpKind(operand) is OpCodeOperandKind.mem_vsib64x or OpCodeOperandKind.mem_vsib64y);
        int number = instruction.MemoryIndex.GetNumber();
        for (int lane = 0; lane < (wideIndex ? 4 : 8); lane++)
        {
            ulong target = random.OneIn(24) ? targets.Operand(8) : targets.Inside(8);
            long value = (long)(target - origin - segmentBase - instruction.MemoryDisplacement64) / instruction.MemoryIndexScale;
            int size = wideIndex ? 8 : 4, offset = lane * size;
            byte* place = input->Xsave + (offset < 16 ? XsaveLayout.Xmm : XsaveLayout.YmmHigh - 16) + 16 * number + offset;
            if (wideIndex) *(long*)place = value;
            else *(int*)place = (int)value;
        }
        return near;
    }

    private static ulong SegmentBase(CaseInput* input, in Instruction instruction) => instruction.MemorySegment switch
    {
        Register.FS => input->FsBase,
        Register.GS => input->GsBase,
        _ => 0,
    };

    /// <summary>The number that an odd number must be multiplied with to become 1, modulo 2^64 (Newton's iteration).</summary>
    private static ulong Inverse(ulong odd)
    {
        ulong inverse = odd;
        for (int step = 0; step < 5; step++) inverse *= 2 - odd * inverse;
        return inverse;
    }

    private static int NumberOf(Register register) => register switch
    {
        Register.None => -1,
        >= Register.AH and <= Register.BH => register - Register.AH,
        _ => register.GetFullRegister() - Register.RAX,
    };

    private static void Set(CaseInput* input, Register register, ulong value, bool narrow)
    {
        ulong* place = &input->Registers[NumberOf(register)];
        *place = narrow ? (uint)value | *place & 0xffff_ffff_0000_0000 : value;
    }
}
