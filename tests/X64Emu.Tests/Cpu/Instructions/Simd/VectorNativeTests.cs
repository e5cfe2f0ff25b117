using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;
using X64Emu.Primitives;
using X64Emu.Tests.Cpu.Floating;
using X64Emu.Tests.Cpu.HardwareDifferential;
using X64Emu.Tests.Cpu.Native;
using Xunit;

namespace X64Emu.Tests.Cpu.Instructions.Simd;

/// <summary>Every vector code beyond SSE2, all its forms, with registers that are equal and different, run by the emulator and by the host's
/// processor.</summary>
public unsafe class VectorNativeTests
{
    private const int CasesPerForm = 200;
    private const int Seed = 2011;
    private const ulong StatusFlags = 0x8D5;

    /// <summary>What the stub's XOR leaves in the status flags before the instruction.</summary>
    private const ulong FlagsBefore = 0x44;

    /// <summary>Estimates whose bits each processor chooses.</summary>
    private static readonly Mnemonic[] TestedElsewhere = [Mnemonic.Vrcpps, Mnemonic.Vrcpss, Mnemonic.Vrsqrtps, Mnemonic.Vrsqrtss];

    private static readonly int[][] RegisterSets = [[0, 1, 2, 3], [9, 14, 0, 15], [1, 1, 2, 0], [2, 1, 2, 0], [0, 3, 3, 1]];

    [NativeFact]
    public void EveryCode_RandomOperands_AgreesWithProcessor()
    {
        if (!HostProcessor.Has(CpuidFeature.AVX)) return;   // the registers are loaded and stored by AVX
        List<string> failures = [];
        int forms = 0;
        using var processor = new FlatProcessor();
        VectorFrame* frame = (VectorFrame*)NativeMemory.AlignedAlloc((nuint)sizeof(VectorFrame), 64);
        foreach (Code code in VectorCodes.All.Where(code => InstructionTable.Instance[code] is not null && !TestedElsewhere.Contains(code.Mnemonic())))
        {
            if (!code.CpuidFeatures().All(HostProcessor.Has)) continue;
            if (code.ToString().Contains("cmpestr", StringComparison.Ordinal)) continue;   // takes a length from RDX: see VectorIntegerNativeTests
            var random = new Random(Seed + (int)code);
            foreach (bool memory in new[] { false, true })
            {
                foreach (int[] registers in RegisterSets)
                {
                    if (VectorCodes.Make(code, memory, (byte)random.Next(256), registers) is not { } instruction) continue;
                    forms++;
                    if (FindDifference(processor, frame, instruction, registers, random) is { } difference)
                    {
                        failures.Add(difference);
                        break;
                    }
                }
            }
        }
        NativeMemory.AlignedFree(frame);
        Assert.True(failures.Count == 0, $"{failures.Count} of {forms} forms:\n{string.Join('\n', failures)}");
        Assert.True(forms > 3000, $"only {forms} forms");
    }

    private static string? FindDifference(FlatProcessor processor, VectorFrame* frame, in Instruction instruction, int[] registers, Random random)
    {
        var native = new VectorInstruction(instruction, registers);
        processor.Load(instruction);
        for (int i = 0; i < CasesPerForm; i++)
        {
            bool isDouble = random.Next(2) == 0;
            *frame = default;
            frame->Memory = RandomLanes(isDouble, random);
            for (int index = 0; index < VectorFrame.Registers; index++)
            {
                int earlier = Array.IndexOf(registers, registers[index]);
                frame->SetBefore(index, earlier < index ? frame->GetBefore(earlier) : RandomLanes(isDouble, random));
            }
            frame->Rcx = (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            frame->MxcsrBefore = random.Next(2) == 0 ? Mxcsr.ResetValue | (uint)random.Next(64) : (uint)random.Next(0x10000);
            if (instruction.Mnemonic == Mnemonic.Vldmxcsr) frame->Memory = frame->Memory.AsUInt32().WithElement(0, (uint)random.Next(0x10000)).AsByte();
            VectorFrame before = *frame;
            ExceptionInfo? exception = Emulate(processor, *frame, registers);
            native.Run(frame);
            if (Compare(processor, *frame, registers, exception) is { } difference) return $"{instruction} {Show(before)}: {difference}";
        }
        return null;
    }

    private static ExceptionInfo? Emulate(FlatProcessor processor, in VectorFrame frame, int[] registers)
    {
        processor.At<Vector256<byte>>(FlatProcessor.DataAddress) = frame.Memory;
        for (int index = 0; index < VectorFrame.Registers; index++) Register(processor, registers[index]) = frame.GetBefore(index);
        processor.Registers[GeneralRegister.Rax] = ulong.MaxValue;
        processor.Registers[GeneralRegister.Rcx] = frame.Rcx;
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
        processor.Registers.RFlags = FlagsBefore;
        processor.Registers.Mxcsr = frame.MxcsrBefore;
        return processor.Run();
    }

    private static string? Compare(FlatProcessor processor, in VectorFrame frame, int[] registers, ExceptionInfo? exception)
    {
        if (exception is not null && exception.Value.Vector != ExceptionVector.SimdFloatingPoint) return $"{exception}";
        if (exception is null != (frame.Faulted == 0)) return exception is null ? "no exception" : "an exception";
        for (int index = 0; index < VectorFrame.Registers; index++)
        {
            if (Register(processor, registers[index]) != frame.GetAfter(index))
                return $"register {registers[index]}: {Hex.Of(Register(processor, registers[index]))}, processor {Hex.Of(frame.GetAfter(index))}";
        }
        if (processor.At<Vector256<byte>>(FlatProcessor.DataAddress) != frame.Memory)
            return $"memory: {Hex.Of(processor.At<Vector256<byte>>(FlatProcessor.DataAddress))}, processor {Hex.Of(frame.Memory)}";
        if (processor.Registers[GeneralRegister.Rax] != frame.Rax) return $"rax: {processor.Registers[GeneralRegister.Rax]:x}, processor {frame.Rax:x}";
        if (((processor.Registers.RFlags ^ frame.Rflags) & StatusFlags) != 0) return $"rflags: {processor.Registers.RFlags:x}, processor {frame.Rflags:x}";
        return ((processor.Registers.Mxcsr ^ frame.MxcsrAfter) & Mxcsr.ExceptionFlags) != 0
            ? $"mxcsr: {processor.Registers.Mxcsr:x4}, processor {frame.MxcsrAfter:x4}" : null;
    }

    private static ref Vector256<byte> Register(FlatProcessor processor, int number) =>
        ref *(Vector256<byte>*)((byte*)processor.State + CpuState.XmmOffset + number * CpuState.XmmStride);

    private static Vector256<byte> RandomLanes(bool isDouble, Random random) =>
        Vector256.Create(FloatDifferential.RandomLanes(isDouble, random), FloatDifferential.RandomLanes(isDouble, random));

    private static string Show(in VectorFrame frame) =>
        $"{Hex.Of(frame.GetBefore(0))} {Hex.Of(frame.GetBefore(1))} {Hex.Of(frame.GetBefore(2))} {Hex.Of(frame.GetBefore(3))} "
        + $"memory {Hex.Of(frame.Memory)} rcx {frame.Rcx:x} mxcsr {frame.MxcsrBefore:x4}";
}
