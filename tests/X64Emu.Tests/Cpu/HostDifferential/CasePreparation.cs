using System.Runtime.InteropServices;
using Iced.Intel;

namespace X64Emu.Tests.Cpu.HostDifferential;

/// <summary>Makes random register and memory contents that an instruction can run on without a fault.</summary>
internal sealed unsafe class CasePreparation(Random random)
{
    private const ulong ArithmeticFlags = 0x8d5, Direction = 0x400, Fixed = 2;

    /// <summary>New memory content: any bytes, or few different ones, so that string comparisons run on.</summary>
    public void FillMemory()
    {
        Span<byte> memory = LowMemory.ScratchSpan;
        random.NextBytes(memory);
        if (random.Next(2) == 0) return;
        for (int index = 0; index < memory.Length; index++) memory[index] = (byte)(memory[index] < 8 ? 1 : 0);
    }

    /// <summary>Registers for a run of instructions that share nothing but <see cref="InstructionForms.AddressRegisters"/>.</summary>
    public IntegerState AnyState()
    {
        IntegerState state = default;
        for (int number = 0; number < 16; number++) state.Gpr[number] = (ulong)InstructionForms.Interesting(random);
        state.Gpr[4] = LowMemory.Scratch + LowMemory.StackOffset + 8 * (ulong)random.Next(-16, 17);
        state.Flags = (ulong)random.NextInt64() & ArithmeticFlags | Fixed;
        return state;
    }

    /// <summary>A state for one instruction; null when it would fault.</summary>
    public IntegerState? For(in Instruction instruction)
    {
        IntegerState state = AnyState();
        if (random.Next(2) == 0) state.Gpr[1] = (ulong)random.Next(70);
        if (instruction.IsStringInstruction) PrepareString(instruction, ref state);
        ulong target = 0;
        for (int operand = 0; operand < instruction.OpCount; operand++)
        {
            if (instruction.GetOpKind(operand) == OpKind.Memory) target = PrepareMemory(instruction, ref state);
        }
        if (instruction.Mnemonic == Mnemonic.Cmpxchg16b && (target & 15) != 0) return null;
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Enter or Mnemonic.Leave:
                state.Gpr[5] = LowMemory.Scratch + LowMemory.OperandOffset + 4 * (ulong)random.Next(-64, 64);
                break;
            case Mnemonic.Popf or Mnemonic.Popfd or Mnemonic.Popfq:
                *(ulong*)state.Gpr[4] &= ArithmeticFlags | Direction | Fixed;
                break;
            case Mnemonic.Loop or Mnemonic.Loope or Mnemonic.Loopne or Mnemonic.Jrcxz or Mnemonic.Jecxz:
                state.Gpr[1] = (uint)random.Next(3) + (random.Next(2) == 0 ? 0 : (ulong)random.Next(3) << 32);
                break;
            case Mnemonic.Cmpxchg or Mnemonic.Cmpxchg8b or Mnemonic.Cmpxchg16b when random.Next(2) == 0:
                PrepareComparison(instruction, ref state, target);
                break;
            case Mnemonic.Div or Mnemonic.Idiv:
                if (!PrepareDivision(instruction, ref state, target)) return null;
                break;
        }
        return state;
    }

    private void PrepareString(in Instruction instruction, ref IntegerState state)
    {
        bool isNarrow = instruction.Op0Kind is OpKind.MemoryESEDI or OpKind.MemorySegESI || instruction.Op1Kind is OpKind.MemoryESEDI or OpKind.MemorySegESI;
        ulong upper = isNarrow ? (ulong)(uint)random.Next() << 32 : 0;
        state.Gpr[6] = LowMemory.Scratch + LowMemory.OperandOffset - 0xc00 + (uint)random.Next(0x1800) + upper;
        // Often close to the source, so that the two overlap.
        state.Gpr[7] = random.Next(3) == 0
            ? LowMemory.Scratch + LowMemory.OperandOffset - 0xc00 + (uint)random.Next(0x1800) + upper
            : state.Gpr[6] + (ulong)(long)random.Next(-24, 25);
        state.Gpr[1] = (uint)random.Next(random.Next(3) == 0 ? 3 : 120) + upper;
        if (random.Next(2) == 0) state.Flags |= Direction;
    }

    private ulong PrepareMemory(in Instruction instruction, ref IntegerState state)
    {
        Register main = instruction.MemoryBase, index = instruction.MemoryIndex;
        ulong target = new InstructionForms(random).Target();
        if (instruction.Mnemonic == Mnemonic.Cmpxchg16b) target &= ~15UL;
        if (main is Register.None or Register.RIP or Register.EIP) target = instruction.MemoryDisplacement64;
        else if (main is Register.RSP or Register.ESP) target = state.Gpr[4] + instruction.MemoryDisplacement64;
        else
        {
            int number = main.GetFullRegister() - Register.RAX;
            bool isNarrow = main.GetSize() == 4;
            ulong offset = instruction.MemoryDisplacement64;
            if (index == Register.AL) offset += (byte)state.Gpr[0];
            else if (index != Register.None)
                offset += (isNarrow ? (uint)state.Gpr[index.GetFullRegister() - Register.RAX] : state.Gpr[index.GetFullRegister() - Register.RAX])
                    * (ulong)instruction.MemoryIndexScale;
            state.Gpr[number] = target - offset;
            if (isNarrow) state.Gpr[number] = (uint)state.Gpr[number] + ((ulong)random.Next() << 32);
        }
        if (instruction.Mnemonic is Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc && instruction.Op1Kind == OpKind.Register)
        {
            // A bit offset reaches far; what the address is made of must stay.
            Register full = instruction.Op1Register.GetFullRegister();
            if (full == main.GetFullRegister() || full == index.GetFullRegister()) return target;
            ulong bit = (ulong)random.Next(-0x5000, 0x5000);
            state.Gpr[full - Register.RAX] = instruction.Op1Register.GetSize() switch
            {
                2 => (ushort)bit + ((ulong)random.NextInt64() << 16),
                4 => (uint)bit + ((ulong)random.NextInt64() << 32),
                _ => bit,
            };
        }
        if (instruction.Mnemonic is not (Mnemonic.Nop or Mnemonic.Lea) && InScratch(target))
        {
            *(long*)target = InstructionForms.Interesting(random);
            *(long*)(target + 8) = InstructionForms.Interesting(random);
        }
        return target;
    }

    /// <summary>Whether an instruction reaches only memory that exists here.</summary>
    public static bool StaysInside(in Instruction instruction, in IntegerState state)
    {
        if (instruction.Mnemonic is not (Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc)) return true;
        if (instruction.Op0Kind != OpKind.Memory || instruction.Op1Kind != OpKind.Register) return true;
        Register full = instruction.Op1Register.GetFullRegister();
        return full != instruction.MemoryBase.GetFullRegister() && full != instruction.MemoryIndex.GetFullRegister();
    }

    private static bool InScratch(ulong target) => target >= LowMemory.Scratch && target + 16 <= LowMemory.Scratch + LowMemory.ScratchBytes;

    /// <summary>Makes the comparison succeed.</summary>
    private static void PrepareComparison(in Instruction instruction, ref IntegerState state, ulong target)
    {
        if (instruction.Op0Kind == OpKind.Register)
        {
            state.Gpr[0] = state.Gpr[instruction.Op0Register.GetFullRegister() - Register.RAX];
            return;
        }
        // Registers of the address keep their values.
        bool usesPair = instruction.MemoryBase.GetFullRegister() is Register.RAX or Register.RDX
            || instruction.MemoryIndex.GetFullRegister() is Register.RAX or Register.RDX;
        if (usesPair || !InScratch(target)) return;
        state.Gpr[0] = *(ulong*)target;
        state.Gpr[2] = *(ulong*)(target + (instruction.Mnemonic == Mnemonic.Cmpxchg8b ? 4u : 8u));
    }

    /// <summary>Chooses a dividend whose quotient fits; false when this one does not and cannot be changed.</summary>
    private bool PrepareDivision(in Instruction instruction, ref IntegerState state, ulong target)
    {
        int bits = 8 * (instruction.Op0Kind == OpKind.Register ? instruction.Op0Register.GetSize() : instruction.MemorySize.GetSize());
        bool usesPair = instruction.Op0Kind == OpKind.Memory && (instruction.MemoryBase.GetFullRegister() is Register.RAX or Register.RDX
            || instruction.MemoryIndex.GetFullRegister() is Register.RAX or Register.RDX);
        if (!usesPair)
        {
            ulong rest = (ulong)random.NextInt64() >> random.Next(64);
            bool signFill = instruction.Mnemonic == Mnemonic.Idiv && random.Next(2) == 0;
            if (bits == 8) state.Gpr[0] = signFill ? (ulong)(ushort)(sbyte)state.Gpr[0] : (ushort)(rest & 0x7fff);
            else state.Gpr[2] = signFill ? (ulong)((long)(state.Gpr[0] << (64 - bits)) >> 63) : rest >> (64 - bits);
        }
        ulong divisor = instruction.Op0Kind == OpKind.Memory ? *(ulong*)target : ReadRegister(instruction.Op0Register, state);
        ulong mask = ulong.MaxValue >> (64 - bits);
        divisor &= mask;
        if (divisor == 0) return false;
        UInt128 dividend = bits == 8 ? (ushort)state.Gpr[0] : (UInt128)(state.Gpr[2] & mask) << bits | (state.Gpr[0] & mask);
        if (instruction.Mnemonic == Mnemonic.Div) return dividend / divisor <= mask;
        Int128 signedDividend = (Int128)(dividend << (128 - 2 * bits)) >> (128 - 2 * bits);
        long signedDivisor = (long)(divisor << (64 - bits)) >> (64 - bits);
        if (bits == 64 && signedDividend == Int128.MinValue) return false;
        Int128 quotient = signedDividend / signedDivisor;
        return quotient >= -((Int128)1 << (bits - 1)) && quotient < (Int128)1 << (bits - 1);
    }

    private static ulong ReadRegister(Register register, in IntegerState state)
    {
        if (register is >= Register.AH and <= Register.BH) return (byte)(state.Gpr[register - Register.AH] >> 8);
        return state.Gpr[register.GetFullRegister() - Register.RAX];
    }
}
