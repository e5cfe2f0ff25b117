using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;
using X64Emu.Primitives;
using X64Emu.Tests.Cpu.Floating;
using X64Emu.Tests.Cpu.Native;
using Xunit;

namespace X64Emu.Tests.Cpu.Instructions.Simd;

/// <summary>Every SSE and SSE2 code, register and memory form, low and high registers, run by the emulator and by the host's processor.</summary>
public unsafe class SseNativeTests
{
    private const int CasesPerForm = 400;
    private const int Seed = 1999;
    private const ulong StatusFlags = 0x8D5;

    /// <summary>What the stub's XOR leaves in the status flags before the instruction.</summary>
    private const ulong FlagsBefore = 0x44;

    /// <summary>Estimates whose bits each processor chooses, and images and control words that are not made of random bits.</summary>
    private static readonly Mnemonic[] TestedElsewhere =
        [
            Mnemonic.Rcpps, Mnemonic.Rcpss, Mnemonic.Rsqrtps, Mnemonic.Rsqrtss, Mnemonic.Ldmxcsr,
            Mnemonic.Fxsave, Mnemonic.Fxsave64, Mnemonic.Fxrstor, Mnemonic.Fxrstor64,
        ];

    [Fact]
    public void Table_EverySseAndSse2Code_IsImplemented() => Assert.Equal([], SseCodes.All.Where(code => InstructionTable.Instance[code] is null));

    [NativeTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void EveryCode_RandomOperands_AgreesWithProcessor(bool referenceMode)
    {
        using var processor = new FlatProcessor(new ProcessorOptions { ReferenceMode = referenceMode });
        NativeFrame* frame = (NativeFrame*)NativeMemory.AlignedAlloc((nuint)sizeof(NativeFrame), 64);
        var random = new Random(Seed);
        int forms = 0;
        foreach (Code code in SseCodes.All.Where(code => !SseCodes.UsesMmx(code) && !TestedElsewhere.Contains(code.Mnemonic())))
        {
            foreach (bool memory in new[] { false, true })
            {
                if (memory ? !SseCodes.HasMemoryForm(code) : !SseCodes.HasRegisterForm(code) && code != Code.Maskmovdqu_rDI_xmm_xmm) continue;
                foreach ((int first, int second) in new[] { (0, 1), (9, 14), (15, 8) })
                {
                    byte immediate = (byte)random.Next(256);
                    CheckForm(processor, frame, SseCodes.Make(code, memory, immediate, first, second), first, second, random);
                    forms++;
                }
            }
        }
        NativeMemory.AlignedFree(frame);
        Assert.True(forms > 1000, $"only {forms} forms");
    }

    private static void CheckForm(FlatProcessor processor, NativeFrame* frame, Instruction instruction, int first, int second, Random random)
    {
        var native = new NativeInstruction(code => code.AddInstruction(instruction), first, second);
        processor.Load(instruction);
        bool isDouble = random.Next(2) == 0;
        for (int i = 0; i < CasesPerForm; i++)
        {
            if (i == CasesPerForm / 2) isDouble = !isDouble;
            uint mxcsr = random.Next(2) == 0 ? Mxcsr.ResetValue | (uint)random.Next(64) : (uint)random.Next(0x10000);
            *frame = new NativeFrame
            {
                Memory = FloatDifferential.RandomLanes(isDouble, random),
                Xmm0 = FloatDifferential.RandomLanes(isDouble, random),
                Xmm1 = FloatDifferential.RandomLanes(isDouble, random),
                Rcx = (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
                MxcsrBefore = mxcsr,
            };
            Vector128<byte> memory = frame->Memory;
            ExceptionInfo? exception = Emulate(processor, *frame, first, second);
            native.Run(frame);
            string before = $"{instruction} xmm{first}={Hex.Of(frame->Xmm0)} xmm{second}={Hex.Of(frame->Xmm1)} "
                + $"memory={Hex.Of(memory)} rcx={frame->Rcx:x16} mxcsr={mxcsr:x4}";
            Assert.True(exception is null == (frame->Faulted == 0) && exception?.Vector is null or ExceptionVector.SimdFloatingPoint, $"{before}: {exception}");
            Same(before, "first", frame->Result, processor.Registers.GetXmm(first));
            Same(before, "second", frame->SecondResult, processor.Registers.GetXmm(second));
            Same(before, "memory", frame->Memory, processor.At<Vector128<byte>>(FlatProcessor.DataAddress));
            Same(before, "rax", frame->Rax, processor.Registers[GeneralRegister.Rax]);
            Same(before, "rcx", frame->Rcx, processor.Registers[GeneralRegister.Rcx]);
            Same(before, "rflags", frame->Rflags & StatusFlags, processor.Registers.RFlags & StatusFlags);
            Same(before, "mxcsr", frame->MxcsrAfter & Mxcsr.ExceptionFlags, processor.Registers.Mxcsr & Mxcsr.ExceptionFlags);
        }
    }

    private static ExceptionInfo? Emulate(FlatProcessor processor, in NativeFrame frame, int first, int second)
    {
        processor.At<Vector128<byte>>(FlatProcessor.DataAddress) = frame.Memory;
        processor.Registers.SetXmm(first, frame.Xmm0);
        processor.Registers.SetXmm(second, frame.Xmm1);
        processor.Registers[GeneralRegister.Rax] = ulong.MaxValue;
        processor.Registers[GeneralRegister.Rcx] = frame.Rcx;
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
        processor.Registers.RFlags = FlagsBefore;
        processor.Registers.Mxcsr = frame.MxcsrBefore;
        return processor.Run();
    }

    private static void Same<T>(string before, string what, T expected, T actual, [CallerLineNumber] int line = 0)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            Assert.Fail($"{before}: {what} (line {line}): processor {Show(expected)}, emulator {Show(actual)}");
    }

    private static string Show<T>(T value) => value is Vector128<byte> vector ? Hex.Of(vector) : $"{value:x}";
}
