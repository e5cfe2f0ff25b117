using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Debugging.Memory;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Inspection;

/// <summary>Turns guest code into text.</summary>
/// <param name="memory">Where the code is.</param>
/// <param name="namer">Names branch targets and RIP-relative operands.</param>
/// <param name="cr3">The address space; null for the processor's.</param>
public sealed class Disassembler(DebugMemory memory, AddressNamer? namer = null, ulong? cr3 = null)
{
    private const int LongestInstructionBytes = 15;
    private readonly IntelFormatter formatter = new(new FormatterOptions
    {
        HexPrefix = "0x",
        HexSuffix = null,
        UppercaseHex = false,
        SpaceAfterOperandSeparator = true,
        RipRelativeAddresses = true,
        SmallHexNumbersInDecimal = true,
        ShowBranchSize = false,
        BranchLeadingZeros = false,
        MemorySizeOptions = MemorySizeOptions.Default,
        SignedImmediateOperands = true,
    });

    /// <summary>The width of the code, 16, 32 or 64 bits.</summary>
    public int Bits { get; init; } = 64;

    /// <summary>The width of the code that a processor runs: 64, 32 or 16.</summary>
    public static int BitsOf(ProcessorRegisters registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        const ulong longModeActive = 0x400;
        SegmentRegister code = registers.GetSegment(SegmentName.Cs);
        return code.IsLong && (registers.Efer & longModeActive) != 0 ? 64 : code.IsDefault32 ? 32 : 16;
    }

    /// <summary>Instructions one behind the other. Ends early, with an instruction that says so, where memory ends.</summary>
    /// <param name="start">The first one's address.</param>
    /// <param name="count">How many.</param>
    public IReadOnlyList<DisassembledInstruction> Decode(VirtualAddress start, int count) => Decode(start, (_, done) => done < count);

    /// <summary>The instructions that begin in a range.</summary>
    /// <param name="start">The first one's address.</param>
    /// <param name="end">The first address that is not shown.</param>
    /// <param name="maximum">The most instructions.</param>
    public IReadOnlyList<DisassembledInstruction> DecodeRange(VirtualAddress start, VirtualAddress end, int maximum = MemoryFormat.MaximumCount) =>
        Decode(start, (at, done) => at.Value < end.Value && done < maximum);

    /// <summary>The instruction at an address.</summary>
    public DisassembledInstruction DecodeOne(VirtualAddress address)
    {
        byte[] bytes = new byte[LongestInstructionBytes];
        int present = memory.Read(address, bytes, cr3);
        if (present == 0) return new DisassembledInstruction(address, [], "not mapped", IsValid: false);
        Decoder decoder = Decoder.Create(Bits, new ByteArrayCodeReader(bytes, 0, present), address.Value);
        decoder.Decode(out Instruction instruction);
        if (instruction.IsInvalid)
        {
            bool isCut = decoder.LastError == DecoderError.NoMoreBytes && present < LongestInstructionBytes;
            return new DisassembledInstruction(address, [bytes[0]], isCut ? "(cut off: memory ends here)" : "(bad)", IsValid: false);
        }
        return new DisassembledInstruction(address, bytes[..instruction.Length], Text(instruction), IsValid: true);
    }

    private List<DisassembledInstruction> Decode(VirtualAddress start, Func<VirtualAddress, int, bool> goesOn)
    {
        List<DisassembledInstruction> instructions = [];
        for (VirtualAddress at = start; goesOn(at, instructions.Count);)
        {
            DisassembledInstruction instruction = DecodeOne(at);
            instructions.Add(instruction);
            if (instruction.Bytes.Count == 0 || instruction.Next.Value < at.Value) break;
            at = instruction.Next;
        }
        return instructions;
    }

    private string Text(in Instruction instruction)
    {
        StringOutput output = new();
        formatter.Format(instruction, output);
        string text = output.ToString();
        if (TargetOf(instruction) is { } target)
        {
            string? name = namer?.Invoke(new VirtualAddress(target));
            if (instruction.IsIPRelativeMemoryOperand) text += name is null ? $"  # 0x{target:x}" : $"  # 0x{target:x} <{name}>";
            else if (name is not null) text += $" <{name}>";
        }
        return text;
    }

    /// <summary>The address an instruction names by itself: a direct branch's target, or a RIP-relative operand.</summary>
    private static ulong? TargetOf(in Instruction instruction)
    {
        if (instruction.IsIPRelativeMemoryOperand) return instruction.IPRelativeMemoryAddress;
        bool isDirectBranch = instruction.Op0Kind is OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64;
        return isDirectBranch ? instruction.NearBranchTarget : null;
    }
}
