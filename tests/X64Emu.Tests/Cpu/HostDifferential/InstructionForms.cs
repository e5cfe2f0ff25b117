using Iced.Intel;

namespace X64Emu.Tests.Cpu.HostDifferential;

/// <summary>Makes instructions of a given code with random operands that lie in <see cref="LowMemory.Scratch"/>.</summary>
internal sealed class InstructionForms(Random random)
{
    private static readonly Register[] General =
        [Register.RAX, Register.RCX, Register.RDX, Register.RBX, Register.RSP, Register.RBP, Register.RSI, Register.RDI, Register.R8, Register.R9,
            Register.R10, Register.R11, Register.R12, Register.R13, Register.R14, Register.R15];

    /// <summary>Registers that operands may use; RSP is for the stack alone.</summary>
    public Register[] Allowed { get; init; } = [.. General.Where(register => register != Register.RSP)];

    /// <summary>Registers that memory operands may be addressed by, or null for any allowed.</summary>
    public Register[]? AddressRegisters { get; init; }

    /// <summary>Turns a code into an instruction; null when the random choice cannot be encoded.</summary>
    public Instruction? Make(Code code, ulong address, bool memory)
    {
        OpCodeInfo info = code.ToOpCode();
        Instruction instruction = new() { Code = code, CodeSize = CodeSize.Code64 };
        bool first8 = true;
        for (int operand = 0; operand < info.OpCount; operand++)
        {
            OpCodeOperandKind kind = info.GetOpKind(operand);
            switch (kind)
            {
                case OpCodeOperandKind.r8_or_mem or OpCodeOperandKind.r16_or_mem or OpCodeOperandKind.r32_or_mem or OpCodeOperandKind.r64_or_mem:
                    if (memory) SetMemory(ref instruction, operand);
                    else SetRegister(ref instruction, operand, kind == OpCodeOperandKind.r8_or_mem ? 1 : kind == OpCodeOperandKind.r16_or_mem ? 2
                        : kind == OpCodeOperandKind.r32_or_mem ? 4 : 8);
                    break;
                case OpCodeOperandKind.mem:
                    SetMemory(ref instruction, operand);
                    break;
                case OpCodeOperandKind.mem_offs:
                    instruction.SetOpKind(operand, OpKind.Memory);
                    instruction.MemoryDisplSize = random.Next(2) == 0 ? 8 : 4;
                    instruction.MemoryDisplacement64 = Target();
                    break;
                case OpCodeOperandKind.r8_reg or OpCodeOperandKind.r8_opcode: SetRegister(ref instruction, operand, 1); break;
                case OpCodeOperandKind.r16_reg or OpCodeOperandKind.r16_opcode or OpCodeOperandKind.r16_rm: SetRegister(ref instruction, operand, 2); break;
                case OpCodeOperandKind.r32_reg or OpCodeOperandKind.r32_opcode or OpCodeOperandKind.r32_rm or OpCodeOperandKind.r32_vvvv: SetRegister(ref instruction, operand, 4); break;
                case OpCodeOperandKind.r64_reg or OpCodeOperandKind.r64_opcode or OpCodeOperandKind.r64_rm or OpCodeOperandKind.r64_vvvv: SetRegister(ref instruction, operand, 8); break;
                case OpCodeOperandKind.xmm_reg or OpCodeOperandKind.xmm_rm or OpCodeOperandKind.xmm_vvvv or OpCodeOperandKind.xmm_is4:
                    SetFixed(ref instruction, operand, VectorOf(Register.XMM0, info, operand));
                    break;
                case OpCodeOperandKind.ymm_reg or OpCodeOperandKind.ymm_rm or OpCodeOperandKind.ymm_vvvv or OpCodeOperandKind.ymm_is4:
                    SetFixed(ref instruction, operand, VectorOf(Register.YMM0, info, operand));
                    break;
                case OpCodeOperandKind.mm_reg or OpCodeOperandKind.mm_rm: SetFixed(ref instruction, operand, Register.MM0 + random.Next(8)); break;
                case OpCodeOperandKind.mem_vsib32x or OpCodeOperandKind.mem_vsib64x or OpCodeOperandKind.mem_vsib32y or OpCodeOperandKind.mem_vsib64y:
                    instruction.SetOpKind(operand, OpKind.Memory);
                    instruction.MemoryBase = (AddressRegisters ?? Allowed)[0];
                    instruction.MemoryIndex = VectorOf(kind is OpCodeOperandKind.mem_vsib32x or OpCodeOperandKind.mem_vsib64x ? Register.XMM0 : Register.YMM0,
                        info, operand);
                    break;
                case OpCodeOperandKind.seg_rDI: instruction.SetOpKind(operand, NarrowAddress ? OpKind.MemorySegEDI : OpKind.MemorySegRDI); break;
                case OpCodeOperandKind.mm_or_mem:
                    if (memory) SetMemory(ref instruction, operand);
                    else SetFixed(ref instruction, operand, Register.MM0 + random.Next(8));
                    break;
                case OpCodeOperandKind.ymm_or_mem:
                    if (memory) SetMemory(ref instruction, operand);
                    else SetFixed(ref instruction, operand, Register.YMM0 + random.Next(16));
                    break;
                case OpCodeOperandKind.xmm_or_mem:
                    if (memory) SetMemory(ref instruction, operand);
                    else SetFixed(ref instruction, operand, Register.XMM0 + random.Next(16));
                    break;
                case OpCodeOperandKind.al: SetFixed(ref instruction, operand, Register.AL); break;
                case OpCodeOperandKind.cl: SetFixed(ref instruction, operand, Register.CL); break;
                case OpCodeOperandKind.ax: SetFixed(ref instruction, operand, Register.AX); break;
                case OpCodeOperandKind.eax: SetFixed(ref instruction, operand, Register.EAX); break;
                case OpCodeOperandKind.rax: SetFixed(ref instruction, operand, Register.RAX); break;
                case OpCodeOperandKind.imm8:
                    instruction.SetOpKind(operand, first8 && operand != 1 || code.Mnemonic() != Mnemonic.Enter ? OpKind.Immediate8 : OpKind.Immediate8_2nd);
                    if (code.Mnemonic() == Mnemonic.Enter) instruction.Immediate8_2nd = (byte)random.Next(8);
                    else instruction.Immediate8 = (byte)Immediate();
                    first8 = false;
                    break;
                case OpCodeOperandKind.imm8_const_1:
                    instruction.SetOpKind(operand, OpKind.Immediate8);
                    instruction.Immediate8 = 1;
                    break;
                case OpCodeOperandKind.imm8sex16: SetImmediate(ref instruction, operand, OpKind.Immediate8to16, (sbyte)Immediate()); break;
                case OpCodeOperandKind.imm8sex32: SetImmediate(ref instruction, operand, OpKind.Immediate8to32, (sbyte)Immediate()); break;
                case OpCodeOperandKind.imm8sex64: SetImmediate(ref instruction, operand, OpKind.Immediate8to64, (sbyte)Immediate()); break;
                case OpCodeOperandKind.imm16:
                    SetImmediate(ref instruction, operand, OpKind.Immediate16, code.Mnemonic() == Mnemonic.Enter ? random.Next(64) : (ushort)Immediate());
                    break;
                case OpCodeOperandKind.imm32: SetImmediate(ref instruction, operand, OpKind.Immediate32, (uint)Immediate()); break;
                case OpCodeOperandKind.imm32sex64: SetImmediate(ref instruction, operand, OpKind.Immediate32to64, (int)Immediate()); break;
                case OpCodeOperandKind.imm64: SetImmediate(ref instruction, operand, OpKind.Immediate64, Immediate()); break;
                case OpCodeOperandKind.seg_rSI: instruction.SetOpKind(operand, NarrowAddress ? OpKind.MemorySegESI : OpKind.MemorySegRSI); break;
                case OpCodeOperandKind.es_rDI: instruction.SetOpKind(operand, NarrowAddress ? OpKind.MemoryESEDI : OpKind.MemoryESRDI); break;
                case OpCodeOperandKind.seg_rBX_al:
                    instruction.SetOpKind(operand, OpKind.Memory);
                    instruction.MemoryBase = NarrowAddress ? Register.EBX : Register.RBX;
                    instruction.MemoryIndex = Register.AL;
                    break;
                case OpCodeOperandKind.br64_1 or OpCodeOperandKind.br64_4:
                    instruction.SetOpKind(operand, OpKind.NearBranch64);
                    instruction.NearBranch64 = address;   // the caller knows where it leads
                    break;
                default: return null;
            }
        }
        if (info.CanUseRepPrefix && random.Next(3) != 0) instruction.HasRepPrefix = true;
        else if (info.CanUseRepnePrefix && instruction.Mnemonic is Mnemonic.Scasb or Mnemonic.Scasw or Mnemonic.Scasd or Mnemonic.Scasq
            or Mnemonic.Cmpsb or Mnemonic.Cmpsw or Mnemonic.Cmpsd or Mnemonic.Cmpsq && random.Next(2) == 0) instruction.HasRepnePrefix = true;
        if (info.CanUseLockPrefix && instruction.Op0Kind == OpKind.Memory && random.Next(2) == 0) instruction.HasLockPrefix = true;
        return instruction;
    }

    /// <summary>Chosen anew for each string instruction: both of its pointers must agree.</summary>
    public bool NarrowAddress { get; set; }

    /// <summary>A value with a chance to matter: few bits, all bits, a sign boundary of some width, or anything.</summary>
    public static long Interesting(Random random) => random.Next(6) switch
    {
        0 => random.Next(-3, 4),
        1 => (1L << random.Next(64)) + random.Next(-1, 2),
        2 => -(1L << random.Next(64)) + random.Next(-1, 2),
        3 => random.Next(256),
        4 => (int)random.NextInt64(),
        _ => random.NextInt64(long.MinValue, long.MaxValue),
    };

    private long Immediate() => Interesting(random);

    /// <summary>Anywhere in the middle half, where elements may cross pages.</summary>
    public ulong Target() => random.Next(4) == 0
        ? LowMemory.Scratch + LowMemory.OperandOffset - (ulong)random.Next(20)
        : LowMemory.Scratch + LowMemory.OperandOffset - 0x1000 + (ulong)random.Next(0x1f00);

    /// <summary>Any vector register; a gather's three must differ.</summary>
    private Register VectorOf(Register first, OpCodeInfo info, int operand)
    {
        bool isGather = info.OpCount == 3 && info.GetOpKind(1).ToString().Contains("vsib", StringComparison.Ordinal);
        return first + (isGather ? operand * 5 + random.Next(5) : random.Next(16));
    }

    private static void SetFixed(ref Instruction instruction, int operand, Register register)
    {
        instruction.SetOpKind(operand, OpKind.Register);
        instruction.SetOpRegister(operand, register);
    }

    private static void SetImmediate(ref Instruction instruction, int operand, OpKind kind, long value)
    {
        instruction.SetOpKind(operand, kind);
        instruction.SetImmediate(operand, value);
    }

    private void SetRegister(ref Instruction instruction, int operand, int sizeBytes)
    {
        Register full = Allowed[random.Next(Allowed.Length)];
        int number = full - Register.RAX;
        Register register = sizeBytes switch
        {
            8 => full,
            4 => Register.EAX + number,
            2 => Register.AX + number,
            _ => number < 4 && random.Next(3) == 0 ? Register.AH + number : Low8(number),
        };
        SetFixed(ref instruction, operand, register);
    }

    private static Register Low8(int number) => number switch
    {
        < 4 => Register.AL + number,
        < 8 => Register.SPL + (number - 4),
        _ => Register.R8L + (number - 8),
    };

    private void SetMemory(ref Instruction instruction, int operand)
    {
        instruction.SetOpKind(operand, OpKind.Memory);
        Register[] bases = AddressRegisters ?? Allowed;
        int form = AddressRegisters is null ? random.Next(8) : 2 + random.Next(4);
        if (form == 0)
        {
            instruction.MemoryBase = Register.RIP;
            instruction.MemoryDisplSize = 8;
            instruction.MemoryDisplacement64 = Target();
            return;
        }
        if (form == 1)
        {
            instruction.MemoryDisplSize = 8;
            instruction.MemoryDisplacement64 = Target();
            return;
        }
        int shift = NarrowAddress ? Register.EAX - Register.RAX : 0;
        Register main = bases[0];
        if (AddressRegisters is null) main = bases[random.Next(bases.Length)];
        instruction.MemoryBase = main + shift;
        if (form >= 5)
        {
            Register index = AddressRegisters is null ? bases[random.Next(bases.Length)] : bases[1];
            if (index != main)
            {
                instruction.MemoryIndex = index + shift;
                instruction.MemoryIndexScale = 1 << random.Next(4);
            }
        }
        if (form % 2 == 1)
        {
            instruction.MemoryDisplSize = 1;
            instruction.MemoryDisplacement64 = (ulong)(long)(sbyte)random.Next(256);
        }
        else if (form == 4)
        {
            instruction.MemoryDisplSize = NarrowAddress ? 4 : 8;
            instruction.MemoryDisplacement64 = (ulong)random.Next(-1000, 1000);
        }
        if (NarrowAddress) instruction.MemoryDisplacement64 = (uint)instruction.MemoryDisplacement64;
    }
}
