using Iced.Intel;
using X64Emu.Cpu;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Makes the code of cases: one random encoding of an instruction, with immediates and displacements that matter.</summary>
internal sealed class CaseCodes(CaseRandom random, ClaimedCodes claimed)
{
    private const int MostAttempts = 4000;
    private const int BranchReach = 200;
    private readonly InstructionBytes writer = new(random);
    private readonly InterestingValues values = new(random);
    private readonly Targets targets = new(random);

    /// <summary>One encoding of a code; null when none is found.</summary>
    /// <param name="code">Which instruction. One time in sixteen another one may come of its prefixes, or an invalid one.</param>
    /// <param name="address">Where it will be.</param>
    /// <param name="accept">What else it must fulfil.</param>
    public CaseCode? Make(Code code, ulong address, Func<Instruction, bool>? accept = null)
    {
        OpCodeInfo info = code.ToOpCode();
        bool strict = accept is not null || !random.OneIn(16);
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            byte[] bytes = writer.Write(info);
            values.StartCase();
            Decoder decoder = DecoderOf(bytes, address);
            decoder.Decode(out Instruction instruction);
            if (!IsWanted(instruction, code, strict)) continue;
            ulong target = Shape(bytes, instruction, decoder.GetConstantOffsets(instruction));
            decoder = DecoderOf(bytes, address);
            decoder.Decode(out instruction);
            if (!IsWanted(instruction, code, strict) || LoopsForever(instruction) || OperandContents.IsUnsafe(instruction) || accept?.Invoke(instruction) == false) continue;
            return new CaseCode(bytes[..instruction.Length], address, instruction, target);
        }
        return null;
    }

    /// <summary>The decoder as the emulator uses it.</summary>
    public static Decoder DecoderOf(byte[] bytes, ulong address)
    {
        Decoder decoder = Decoder.Create(64, new ByteArrayCodeReader(bytes), CpuModel.Of(CpuLevels.Default).DecoderOptions);
        decoder.IP = address;
        return decoder;
    }

    private bool IsWanted(in Instruction instruction, Code code, bool strict) =>
        instruction.Code == code || (!strict && (instruction.IsInvalid ? instruction.Length <= 15 : claimed.Contains(instruction.Code)));

    /// <summary>A branch into its own bytes would run what is not meant to be an instruction, or never end.</summary>
    private static bool LoopsForever(in Instruction instruction) =>
        instruction.OpCount > 0 && instruction.Op0Kind is OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64
        && instruction.NearBranchTarget >= instruction.IP && instruction.NearBranchTarget < instruction.NextIP;

    /// <summary>Replaces random constants by ones that matter; returns the address of an operand that no register leads to.</summary>
    private ulong Shape(byte[] bytes, in Instruction instruction, in ConstantOffsets constants)
    {
        ulong target = 0;
        if (constants.HasImmediate) WriteImmediate(bytes, instruction, constants.ImmediateOffset, constants.ImmediateSize);
        if (constants.HasImmediate2) Put(bytes, constants.ImmediateOffset2, constants.ImmediateSize2, (ulong)random.Below(40));
        if (!constants.HasDisplacement) return 0;
        int offset = constants.DisplacementOffset, size = constants.DisplacementSize;
        if (instruction.IsIPRelativeMemoryOperand)
        {
            target = targets.Operand(instruction.MemorySize.GetSize() is > 0 and int known ? known : 8);
            Put(bytes, offset, size, target - instruction.NextIP);
        }
        else if (instruction.MemoryBase == Register.None && instruction.MemoryIndex == Register.None)
        {
            target = targets.Operand(instruction.MemorySize.GetSize() is > 0 and int known ? known : 8);
            Put(bytes, offset, size, target);
        }
        else if (size == 4 && random.OneIn(2)) Put(bytes, offset, size, values.Integer());
        return target;
    }

    private void WriteImmediate(byte[] bytes, in Instruction instruction, int offset, int size)
    {
        ulong value = values.Integer(8 * size);
        if (instruction.Mnemonic == Mnemonic.Enter && !random.OneIn(8)) value = (ulong)random.Below(64);
        bool isBranch = instruction.OpCount > 0 && instruction.Op0Kind is OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64;
        if (isBranch && size > 1 && !random.OneIn(4)) value = (ulong)random.Between(-BranchReach, BranchReach);
        Put(bytes, offset, size, value);
    }

    private static void Put(byte[] bytes, int offset, int size, ulong value)
    {
        for (int index = 0; index < size; index++) bytes[offset + index] = (byte)(value >> (8 * index));
    }
}
