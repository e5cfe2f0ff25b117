using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Cpu.Decode;
using X64Emu.Primitives;
using X64Emu.Tests.Cpu.Native;
using Xunit;

namespace X64Emu.Tests.Cpu.Instructions.Simd;

/// <summary>Every integer instruction on vector registers, in legacy and VEX encodings, with memory and without, run by the emulator and by the host.</summary>
public unsafe class VectorIntegerNativeTests
{
    private const int CasesPerForm = 60;
    private const int Seed = 2013;
    private const ulong StatusFlags = 0x8D5, FlagsBefore = 0x44;

    /// <summary>Register numbers for the vector operands in turn: all different, high ones, and the ways in which they may coincide. XMM0, which some
    /// instructions use without naming it, takes part always.</summary>
    private static readonly int[][] Choices =
        [[1, 2, 3, 4, 0], [9, 14, 0, 15, 0], [5, 5, 6, 7, 0], [5, 6, 5, 0, 0], [6, 5, 5, 5, 0], [8, 8, 8, 8, 0], [3, 4, 5, 3, 0], [0, 1, 2, 3, 0]];

    [Fact]
    public void Table_EveryIntegerCode_IsImplemented() =>
        Assert.Equal([], VectorInstructions.Integer.Where(code => InstructionTable.Instance[code] is null));

    [NativeTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void EveryCode_RandomOperands_AgreesWithProcessor(bool referenceMode)
    {
        using FlatProcessor processor = new(new ProcessorOptions { ReferenceMode = referenceMode });
        NativeVectorFrame* frame = (NativeVectorFrame*)NativeMemory.AlignedAlloc((nuint)sizeof(NativeVectorFrame), 64);
        var random = new Random(Seed);
        List<string> failures = [];
        int forms = 0;
        foreach (Code code in VectorInstructions.Integer)
        {
            foreach (bool memory in (ReadOnlySpan<bool>)[false, true])
            {
                if (memory ? !VectorInstructions.HasMemoryForm(code) : !VectorInstructions.HasRegisterForm(code)) continue;
                foreach (int[] registers in Choices)
                {
                    forms++;
                    Instruction instruction = VectorInstructions.Make(code, memory, (byte)random.Next(256), (byte)random.Next(64), registers);
                    if (Differs(processor, frame, instruction, registers, random) is not { } difference) continue;
                    failures.Add(difference);
                    break;
                }
            }
        }
        NativeMemory.AlignedFree(frame);
        Assert.True(failures.Count == 0, $"{failures.Count} forms differ:\n{string.Join('\n', failures.Take(20))}");
        Assert.True(forms > 4000, $"only {forms} forms");
    }

    private static string? Differs(FlatProcessor processor, NativeVectorFrame* frame, Instruction instruction, int[] registers, Random random)
    {
        var native = new NativeVectorInstruction(instruction, registers);
        processor.Load(instruction);
        for (int i = 0; i < CasesPerForm; i++)
        {
            frame->Memory = NextVector(random);
            for (int register = 0; register < registers.Length; register++) frame->Registers[register] = NextVector(random);
            // The last load wins where registers coincide.
            for (int register = 0; register < registers.Length; register++)
                frame->Registers[register] = frame->Registers[Array.LastIndexOf(registers, registers[register])];
            frame->Rax = NextGeneral(random);
            frame->Rcx = NextGeneral(random);
            frame->Rdx = NextGeneral(random);
            string before = $"{instruction} {Show(*frame, registers)}";
            ExceptionInfo? exception = Emulate(processor, *frame, registers);
            native.Run(frame);
            NativeVectorFrame emulated = Result(processor, registers);
            frame->Rflags &= StatusFlags;
            string expected = Show(*frame, registers), actual = Show(emulated, registers);
            if (exception is not null || expected != actual) return $"{before}:{exception}\n  processor {expected}\n  emulator  {actual}";
        }
        return null;
    }

    private static ExceptionInfo? Emulate(FlatProcessor processor, in NativeVectorFrame frame, int[] registers)
    {
        processor.At<Vector256<byte>>(FlatProcessor.DataAddress) = frame.Memory;
        for (int i = 0; i < registers.Length; i++) processor.Registers.SetYmm(registers[i], frame.Registers[i]);
        processor.Registers[GeneralRegister.Rax] = frame.Rax;
        processor.Registers[GeneralRegister.Rcx] = frame.Rcx;
        processor.Registers[GeneralRegister.Rdx] = frame.Rdx;
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
        processor.Registers.RFlags = FlagsBefore;
        return processor.Run();
    }

    private static NativeVectorFrame Result(FlatProcessor processor, int[] registers)
    {
        NativeVectorFrame frame = new()
        {
            Memory = processor.At<Vector256<byte>>(FlatProcessor.DataAddress),
            Rax = processor.Registers[GeneralRegister.Rax],
            Rcx = processor.Registers[GeneralRegister.Rcx],
            Rdx = processor.Registers[GeneralRegister.Rdx],
            Rflags = processor.Registers.RFlags & StatusFlags,
        };
        for (int i = 0; i < registers.Length; i++) frame.Registers[i] = processor.Registers.GetYmm(registers[i]);
        return frame;
    }

    private static string Show(in NativeVectorFrame frame, int[] registers)
    {
        string text = $"memory={Show(frame.Memory)}";
        for (int i = 0; i < registers.Length; i++) text += $" ymm{registers[i]}={Show(frame.Registers[i])}";
        return $"{text} rax={frame.Rax:x} rcx={frame.Rcx:x} rdx={frame.Rdx:x} rflags={frame.Rflags:x}";
    }

    private static string Show(Vector256<byte> value) => $"{Hex.Of(value.GetUpper())}:{Hex.Of(value.GetLower())}";

    /// <summary>Any bits, text with zeros, sign boundaries, or small counts.</summary>
    private static Vector256<byte> NextVector(Random random)
    {
        Vector256<byte> value = default;
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<Vector256<byte>>(ref value));
        random.NextBytes(bytes);
        byte[] boundaries = [0, 1, 0x7F, 0x80, 0xFF];
        switch (random.Next(4))
        {
            case 0:
                for (int i = 0; i < bytes.Length; i++) bytes[i] = boundaries[random.Next(boundaries.Length)];
                break;
            case 1:
                for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)(random.Next(12) == 0 ? 0 : 'a' + random.Next(4));
                break;
            case 2:
                for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)(i % 4 == 0 ? random.Next(70) : 0);
                break;
        }
        return value;
    }

    private static ulong NextGeneral(Random random) => random.Next(3) switch
    {
        0 => (ulong)random.Next(-20, 21),
        1 => (uint)random.Next(-20, 21),
        _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
    };
}
