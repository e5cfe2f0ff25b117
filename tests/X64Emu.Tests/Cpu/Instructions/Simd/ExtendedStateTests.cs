using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using X64Emu.Tests.Cpu.Native;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Instructions.Simd;

/// <summary>The XSAVE family: images against the host's processor, and what faults.</summary>
public sealed unsafe class ExtendedStateTests
{
    private const int Seed = 1332, Cases = 2_000, HostAttempts = 10;

    /// <summary>Four areas: the state to start with, the operand, the state at the end, and the host's own.</summary>
    private const int AreaBytes = 1024, Start = 0, Operand = AreaBytes, End = 2 * AreaBytes, Host = 3 * AreaBytes, FrameBytes = 4 * AreaBytes;
    private const int MxcsrOffset = 24, MaskOffset = 28, UsedOffset = 512, FormatOffset = 520;

    /// <summary>RDI points to the frame, ESI holds the mask.</summary>
    private static void Emit(Assembler a, string mnemonic)
    {
        AssemblerMemoryOperand operand = __[rdi + Operand];
        a.mov(eax, 7);
        a.xor(edx, edx);
        a.xrstor64(__[rdi + Start]);
        a.mov(eax, esi);
        switch (mnemonic)
        {
            case "xsave": a.xsave(operand); break;
            case "xsave64": a.xsave64(operand); break;
            case "xsaveopt": a.xsaveopt(operand); break;
            case "xsaveopt64": a.xsaveopt64(operand); break;
            case "xsavec": a.xsavec(operand); break;
            case "xsavec64": a.xsavec64(operand); break;
            case "xrstor": a.xrstor(operand); break;
            default: a.xrstor64(operand); break;
        }
        a.mov(ecx, 1);
        a.xgetbv();
        a.mov(r8d, eax);
        a.mov(eax, 7);
        a.xor(edx, edx);
        a.xsave64(__[rdi + End]);
    }

    private static delegate* unmanaged<byte*, uint, uint> Native(string mnemonic)
    {
        Assembler a = new(64);
        a.mov(eax, 7);
        a.xor(edx, edx);
        a.xsave64(__[rdi + Host]);
        Emit(a, mnemonic);
        a.mov(eax, 7);
        a.xor(edx, edx);
        a.xrstor64(__[rdi + Host]);
        a.mov(eax, r8d);
        a.ret();
        return (delegate* unmanaged<byte*, uint, uint>)ExecutableMemory.Install(a);
    }

    [NativeTheory]
    [InlineData("xsave")]
    [InlineData("xsave64")]
    [InlineData("xsaveopt")]
    [InlineData("xsaveopt64")]
    [InlineData("xsavec")]
    [InlineData("xsavec64")]
    [InlineData("xrstor")]
    [InlineData("xrstor64")]
    public void Image_AnyState_IsTheHosts(string mnemonic)
    {
        delegate* unmanaged<byte*, uint, uint> native = Native(mnemonic);
        using FlatProcessor processor = new();
        Assembler assembler = new(64);
        Emit(assembler, mnemonic);
        using MemoryStream code = new();
        assembler.Assemble(new StreamCodeWriter(code), FlatProcessor.CodeAddress);
        processor.LoadBytes(code.ToArray());
        Random random = new(Seed);
        byte[] frame = new byte[FrameBytes + 64];
        fixed (byte* unaligned = frame)
        {
            byte* host = (byte*)((nint)unaligned + 63 & ~63);
            for (int number = 0; number < Cases; number++)
            {
                Span<byte> expected = new(host, FrameBytes), actual = processor.Memory(FlatProcessor.DataAddress, FrameBytes);
                random.NextBytes(expected);
                expected.Slice(Host + UsedOffset, 64).Clear();
                FillArea(random, expected[Start..], compacted: false);
                if (mnemonic.StartsWith("xrstor", StringComparison.Ordinal)) FillArea(random, expected[Operand..], compacted: random.Next(2) == 0);
                expected.CopyTo(actual);
                uint mask = (uint)random.Next(8);
                processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
                processor.Registers[GeneralRegister.Rsi] = mask;
                Assert.Null(processor.Run());
                byte[] input = expected.ToArray();
                uint used = native(host, mask), usedHere = (uint)processor.Registers[GeneralRegister.R8];
                Normalize(expected, actual);
                // An interrupt on the host in between may mark components as in use that are in their initial state (Intel SDM Vol. 1, 13.6).
                for (int attempt = 1; attempt < HostAttempts && ((used & 7) != usedHere || !expected[Operand..Host].SequenceEqual(actual[Operand..Host])); attempt++)
                {
                    input.CopyTo(expected);
                    used = native(host, mask);
                    Normalize(expected, actual);
                }
                string name = $"{mnemonic} {number} (seed {Seed}, mask {mask})";
                Assert.True((used & 7) == usedHere, name + ": XGETBV");
                Compare(expected[Operand..End], actual[Operand..End], name);
                Compare(expected[End..Host], actual[End..Host], name + ", state");
            }
        }
    }

    /// <summary>MXCSR_MASK has a bit for misaligned operands on AMD's processors, which is not offered here.</summary>
    private static void Normalize(Span<byte> expected, Span<byte> actual)
    {
        const byte misaligned = 2;
        foreach (int area in (ReadOnlySpan<int>)[Operand + MaskOffset, End + MaskOffset])
        {
            if (actual[area] == 0xff && actual[area + 1] == 0xff && actual[area + 2] == 0) expected[area + 2] &= unchecked((byte)~misaligned);
        }
    }

    private static void Compare(Span<byte> expected, Span<byte> actual, string name)
    {
        if (expected.SequenceEqual(actual)) return;
        for (int offset = 0; offset < expected.Length; offset++)
            Assert.True(expected[offset] == actual[offset], $"{name}: offset {offset}: host {expected[offset]:x2}, emulator {actual[offset]:x2}");
    }

    /// <summary>Makes an area that XRSTOR takes, with some components in their initial state. Pointers are given only with a pending exception,
    /// without which AMD's processors forget them.</summary>
    private static void FillArea(Random random, Span<byte> area, bool compacted)
    {
        ulong contained = compacted ? (ulong)random.Next(8) : 7;
        bool pending = random.Next(3) == 0;
        BitConverter.TryWriteBytes(area, (ushort)(pending ? 0x340 | random.Next(0x3f) : 0x37f));
        BitConverter.TryWriteBytes(area[2..], (ushort)(random.Next(8) << 11 | random.Next(8) << 8 | (pending ? 0x3f : 0)));
        if (random.Next(3) == 0) area.Slice(2, 6).Clear();
        area.Slice(6, 18).Clear();
        if (pending && BitConverter.ToUInt16(area[2..]) != 0)
        {
            BitConverter.TryWriteBytes(area[6..], (ushort)random.Next(0x800));
            BitConverter.TryWriteBytes(area[8..], random.NextInt64(1L << 32));
            BitConverter.TryWriteBytes(area[16..], random.NextInt64(1L << 32));
        }
        BitConverter.TryWriteBytes(area[MxcsrOffset..], random.Next(2) == 0 ? 0x1f80 : random.Next(0x10000));
        if (random.Next(3) == 0) area[32..160].Clear();
        if (random.Next(3) == 0) area[160..416].Clear();
        if (random.Next(3) == 0) area[576..832].Clear();
        area[UsedOffset..576].Clear();
        BitConverter.TryWriteBytes(area[UsedOffset..], (ulong)random.Next(8) & contained);
        if (compacted) BitConverter.TryWriteBytes(area[FormatOffset..], 1UL << 63 | contained);
    }

    /// <summary>Intel SDM Vol. 1, 13.8.1 and 13.8.2; a Zen 3 does the same.</summary>
    [Theory]
    [InlineData(UsedOffset, 8UL, false, 7u, true)]                 // a component that is not enabled
    [InlineData(UsedOffset, 1UL << 63, false, 7u, true)]
    [InlineData(FormatOffset, 1UL, false, 7u, true)]               // the standard format has no XCOMP_BV
    [InlineData(FormatOffset + 8, 1UL, false, 7u, true)]
    [InlineData(FormatOffset + 16, 1UL, false, 7u, false)]         // ... and does not look at the rest
    [InlineData(568, 1UL << 56, false, 7u, false)]
    [InlineData(MxcsrOffset, 0x2000_0000UL, false, 7u, true)]
    [InlineData(MxcsrOffset, 0x2000_0000UL, false, 4u, true)]
    [InlineData(MxcsrOffset, 0x2000_0000UL, false, 1u, false)]
    [InlineData(UsedOffset, 8UL, true, 7u, true)]
    [InlineData(FormatOffset, 8UL, true, 7u, true)]
    [InlineData(FormatOffset + 8, 1UL, true, 7u, true)]
    [InlineData(FormatOffset + 16, 1UL, true, 7u, true)]
    [InlineData(568, 1UL << 56, true, 7u, true)]
    [InlineData(MxcsrOffset, 0x2000_0000UL, true, 7u, true)]
    [InlineData(MxcsrOffset, 0x2000_0000UL, true, 4u, false)]      // MXCSR belongs to the SSE component here
    [InlineData(MxcsrOffset, 0x2000_0000UL, true, 1u, false)]
    public void Restore_ReservedBits_Fault(int offset, ulong bits, bool compacted, uint mask, bool faults)
    {
        using FlatProcessor processor = new();
        Span<byte> area = processor.Memory(FlatProcessor.DataAddress, AreaBytes);
        area.Clear();
        BitConverter.TryWriteBytes(area[MxcsrOffset..], 0x1f80);
        if (compacted)
        {
            BitConverter.TryWriteBytes(area[FormatOffset..], 1UL << 63 | 7);
            BitConverter.TryWriteBytes(area[UsedOffset..], 7UL);
        }
        BitConverter.TryWriteBytes(area[offset..], BitConverter.ToUInt64(area[offset..]) | bits);
        processor.Registers[GeneralRegister.Rax] = mask;
        processor.Registers[GeneralRegister.Rdx] = 0;
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
        processor.Load(Instruction.Create(Code.Xrstor64_mem, new MemoryOperand(Register.RDI)));
        Assert.Equal(faults ? ExceptionVector.GeneralProtection : null, processor.Run()?.Vector);
    }

    [Fact]
    public void Restore_CompactedPartThatIsNotContained_Faults()
    {
        using FlatProcessor processor = new();
        Span<byte> area = processor.Memory(FlatProcessor.DataAddress, AreaBytes);
        area.Clear();
        BitConverter.TryWriteBytes(area[FormatOffset..], 1UL << 63 | 3);
        BitConverter.TryWriteBytes(area[UsedOffset..], 4UL);
        processor.Registers[GeneralRegister.Rax] = 7;
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
        processor.Load(Instruction.Create(Code.Xrstor64_mem, new MemoryOperand(Register.RDI)));
        Assert.Equal(ExceptionVector.GeneralProtection, processor.Run()?.Vector);
    }

    [Theory]
    [InlineData(Code.Xsave64_mem)]
    [InlineData(Code.Xsaveopt_mem)]
    [InlineData(Code.Xsavec_mem)]
    [InlineData(Code.Xrstor_mem)]
    public void Instruction_AreaNotAlignedTo64_Faults(Code code)
    {
        using FlatProcessor processor = new();
        processor.Registers[GeneralRegister.Rax] = 7;
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress + 16;
        processor.Load(Instruction.Create(code, new MemoryOperand(Register.RDI)));
        Assert.Equal(ExceptionVector.GeneralProtection, processor.Run()?.Vector);
    }

    [Theory]
    [InlineData(0UL, SystemRegisters.Cr4OsFxsr, ExceptionVector.InvalidOpcode)]
    [InlineData(SystemRegisters.Cr0TaskSwitched, SystemRegisters.Cr4OsXsave, ExceptionVector.DeviceNotAvailable)]
    [InlineData(SystemRegisters.Cr0Emulation, SystemRegisters.Cr4OsXsave, null)]
    public void Instruction_StateNotAvailable_Faults(ulong cr0, ulong cr4, ExceptionVector? vector)
    {
        using FlatProcessor processor = new();
        processor.SetControls(SystemRegisters.Cr0ExtensionType | cr0, cr4);
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
        processor.Load(Instruction.Create(Code.Xsave64_mem, new MemoryOperand(Register.RDI)));
        Assert.Equal(vector, processor.Run()?.Vector);
    }

    /// <summary>The area begins in one page and its last component lies in the next, which is not there: nothing is written.</summary>
    [Theory]
    [InlineData(7u, true)]
    [InlineData(3u, false)]      // without the AVX component the next page is not touched
    public void Save_IntoAbsentSecondPage_ChangesNothing(uint mask, bool faults)
    {
        using SystemMachine machine = new();
        machine.Registers.Cr4 |= SystemRegisters.Cr4OsXsave;
        machine.Registers.Xcr0 = 7;
        machine.EnterUser();
        machine.Registers[GeneralRegister.Rax] = mask;
        machine.Registers[GeneralRegister.Rdi] = SystemMachine.Absent - 576;
        machine.Machine.Memory.Write(new(SystemMachine.Absent - 576), Enumerable.Repeat((byte)0x5a, 512).ToArray());
        machine.Load(a =>
        {
            a.xsave64(__[rdi]);
            a.ud2();
        });
        Assert.Equal(faults ? 14 : 6, machine.RunToHandler());
        if (faults) Assert.Equal(SystemMachine.Absent + 255, machine.Registers.Cr2.Value);   // the last byte
        Assert.Equal(faults ? 0x5a5a_5a5a_5a5a_5a5aUL : 0x37fUL, machine.Read(SystemMachine.Absent - 576));
    }

    [Fact]
    public void Restore_FromAbsentSecondPage_ChangesNothing()
    {
        using SystemMachine machine = new();
        machine.Registers.Cr4 |= SystemRegisters.Cr4OsXsave;
        machine.Registers.Xcr0 = 7;
        machine.EnterUser();
        machine.Write(SystemMachine.Absent - 576 + MxcsrOffset, 0x1fa0);
        machine.Write(SystemMachine.Absent - 64, 4);
        machine.Registers[GeneralRegister.Rax] = 7;
        machine.Registers[GeneralRegister.Rdi] = SystemMachine.Absent - 576;
        machine.Registers.SetXmm(3, System.Runtime.Intrinsics.Vector128.Create((byte)9));
        machine.Load(a => a.xrstor64(__[rdi]));
        Assert.Equal(14, machine.RunToHandler());
        Assert.Equal(System.Runtime.Intrinsics.Vector128.Create((byte)9), machine.Registers.GetXmm(3));
        Assert.Equal(0x1f80u, machine.Registers.Mxcsr);
    }
}
