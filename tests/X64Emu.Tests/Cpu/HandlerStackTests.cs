using Iced.Intel;
using X64Emu.Bus;
using X64Emu.Cpu;
using X64Emu.Cpu.Decode;
using X64Emu.Primitives;
using X64Emu.Tests.Cpu.HostDifferential;
using X64Emu.Tests.Cpu.Instructions.Simd;
using X64Emu.Tests.Cpu.Native;
using Xunit;

namespace X64Emu.Tests.Cpu;

/// <summary>Long chains of every instruction must not grow the host's stack: each handler has to end in a jump to the next.</summary>
[Collection("HostDifferential")]
public sealed class HandlerStackTests
{
    private const ulong ProbeAddress = 0x4000_0000;
    private const int Copies = 60;
    private const int Rounds = 120;

    /// <summary>Frames of the handlers and helpers around one probe; a lost tail call takes this much in a few instructions.</summary>
    private const long MostGrowthBytes = 2048;

    // Instructions that change modes, privileges or where the code goes on; they leave the chain anyway.
    private static readonly HashSet<Mnemonic> Excluded =
        [Mnemonic.Ud0, Mnemonic.Ud1, Mnemonic.Ud2, Mnemonic.Fxrstor, Mnemonic.Fxrstor64, Mnemonic.Ldmxcsr, Mnemonic.Vldmxcsr, Mnemonic.Ret, Mnemonic.Call, Mnemonic.Jmp];

    [NativeFact]
    public void Chain_AnyInstruction_KeepsHostStack()
    {
        List<string> failures = [];
        int checkedCodes = 0;
        // Deep enough for a chain that does nest: it is to be measured, not to end the process.
        Thread thread = new(() => checkedCodes = CheckAll(failures), 64 << 20);
        thread.Start();
        thread.Join();
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.True(checkedCodes > 500, $"only {checkedCodes} codes ran");
    }

    private static int CheckAll(List<string> failures)
    {
        int checkedCodes = 0;
        foreach (Code code in Enum.GetValues<Code>())
        {
            if (code.Encoding() is not (EncodingKind.Legacy or EncodingKind.VEX) || !code.ToOpCode().Mode64 || Excluded.Contains(code.Mnemonic())) continue;
            if (InstructionTable.Instance[code] is not { EndsBlock: false }) continue;
            bool ran = false;
            foreach (bool memory in (ReadOnlySpan<bool>)[false, true])
            {
                if (Measure(code, memory) is not { } growth) continue;
                ran = true;
                if (growth > MostGrowthBytes) failures.Add($"{code} {(memory ? "with memory" : "with registers")}: the stack grew by {growth} bytes");
            }
            if (ran) checkedCodes++;
        }
        return checkedCodes;
    }

    /// <summary>How far apart the stack was at the probes of one run; null when there is no such form, or it did not reach a second probe.</summary>
    private static unsafe long? Measure(Code code, bool memory)
    {
        if (Write(code, memory) is not { } bytes) return null;
        using FlatProcessor flat = new();
        StackProbe probe = new();
        flat.Mmio.Map(new PhysicalMemoryRange(new PhysicalAddress(ProbeAddress), 4096), probe);
        flat.LoadBytes(bytes);
        flat.Memory(FlatProcessor.DataAddress, 0x1000).Fill(1);
        for (int number = 0; number < 16; number++) flat.State->Gpr[number] = 0x0101_0101_0101_0101;
        flat.Registers[GeneralRegister.Rax] = flat.Registers[GeneralRegister.Rdx] = 0;
        flat.Registers[GeneralRegister.Rcx] = 0x0101;
        flat.Registers[GeneralRegister.Rsi] = flat.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress + 0x1000;
        flat.Registers[GeneralRegister.Rsp] = 0x30_0000;
        flat.Registers[GeneralRegister.R12] = FlatProcessor.DataAddress + 0x800;
        flat.Registers[GeneralRegister.R13] = 0;
        flat.Registers[GeneralRegister.R14] = ProbeAddress;
        flat.Registers[GeneralRegister.R15] = Rounds;
        flat.Registers.Rip = new VirtualAddress(FlatProcessor.CodeAddress);
        flat.Processor.Run(Rounds * (Copies * 2 + 4));
        return probe.Count < 2 ? null : probe.Spread;
    }

    /// <summary>Copies of the instruction, a read of the probe, and a loop around both.</summary>
    private static byte[]? Write(Code code, bool memory)
    {
        InstructionForms forms = new(new Random((int)code))
        {
            Allowed = [Register.RCX, Register.RBX, Register.RBP, Register.RSI, Register.RDI, Register.R8, Register.R9],
            AddressRegisters = [Register.R12, Register.R13],
        };
        if ((forms.Make(code, FlatProcessor.CodeAddress, memory) ?? VectorCodes.Make(code, memory, 1, [1, 2, 3, 4])) is not { } instruction) return null;
        for (int operand = 0; operand < instruction.OpCount; operand++)
        {
            if (instruction.GetOpKind(operand) != OpKind.Memory) continue;
            if (code.ToOpCode().GetOpKind(operand) == OpCodeOperandKind.mem_offs) return null;
            // Without displacement SSE's operands are aligned.
            instruction.MemoryDisplacement64 = 0;
            instruction.MemoryDisplSize = 0;
        }
        using MemoryStream bytes = new();
        Encoder encoder = Encoder.Create(64, new StreamCodeWriter(bytes));
        for (int copy = 0; copy < Copies; copy++)
        {
            ulong address = FlatProcessor.CodeAddress + (ulong)bytes.Length;
            if (instruction.OpCount > 0 && instruction.Op0Kind == OpKind.NearBranch64)
            {
                int length = code.ToOpCode().GetOpKind(0) == OpCodeOperandKind.br64_1 ? 2 : 6;
                instruction.NearBranch64 = address + (ulong)length;
            }
            if (!encoder.TryEncode(instruction, address, out _, out _)) return null;
        }
        bytes.Write([0x4d, 0x8b, 0x1e, 0x49, 0xff, 0xcf]);   // mov r11, [r14]; dec r15
        bytes.Write([0x0f, 0x85]);                           // jnz
        bytes.Write(BitConverter.GetBytes(-(int)bytes.Length - 4));
        return bytes.ToArray();
    }

    /// <summary>A device that notes where the host's stack is when it is read.</summary>
    private sealed unsafe class StackProbe : IMmioDevice
    {
        private long lowest = long.MaxValue, highest = long.MinValue;

        public int Count { get; private set; }

        public long Spread => highest - lowest;

        public ulong Read(ulong offset, int sizeBytes)
        {
            byte here;
            lowest = Math.Min(lowest, (long)&here);
            highest = Math.Max(highest, (long)&here);
            Count++;
            return 0;
        }

        public void Write(ulong offset, int sizeBytes, ulong value)
        {
        }
    }
}
