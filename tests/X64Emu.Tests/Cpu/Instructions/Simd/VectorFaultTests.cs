using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Cpu.Decode;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Cpu.Instructions.Simd;

/// <summary>Exceptions of the vector instructions beyond SSE2 that the host cannot be asked for.</summary>
public unsafe class VectorFaultTests
{
    private static readonly Mnemonic[] AlignedUnderVex =
        [Mnemonic.Vmovaps, Mnemonic.Vmovapd, Mnemonic.Vmovdqa, Mnemonic.Vmovntps, Mnemonic.Vmovntpd, Mnemonic.Vmovntdq, Mnemonic.Vmovntdqa];

    private static readonly Mnemonic[] UnalignedInSse = [Mnemonic.Lddqu, Mnemonic.Pcmpestri, Mnemonic.Pcmpestri64, Mnemonic.Pcmpestrm, Mnemonic.Pcmpestrm64,
        Mnemonic.Pcmpistri, Mnemonic.Pcmpistrm];

    [Fact]
    public void AlignedForms_MisalignedOperand_RaiseGeneralProtection()
    {
        using var processor = new FlatProcessor();
        foreach (Code code in VectorCodes.All.Where(code => InstructionTable.Instance[code] is not null))
        {
            if (VectorCodes.Make(code, memory: true, 0, [1, 2, 3, 4]) is not { } instruction) continue;
            int sizeBytes = instruction.MemorySize.GetSize();
            bool aligned = code.Encoding() == EncodingKind.VEX ? AlignedUnderVex.Contains(code.Mnemonic())
                : sizeBytes == 16 && !UnalignedInSse.Contains(code.Mnemonic());
            processor.Load(instruction);
            // Half the operand's size is enough to be misaligned: 16 bytes do for YMM registers.
            processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress + (ulong)Math.Max(1, sizeBytes / 2);
            ExceptionInfo? exception = processor.Run();
            Assert.True(aligned == (exception?.Vector == ExceptionVector.GeneralProtection), $"{code}: {exception}");
            if (aligned) Assert.Equal(0u, exception!.Value.ErrorCode);
        }
    }

    [Fact]
    public void VexForms_WithoutOsxsave_RaiseInvalidOpcode()
    {
        using var processor = new FlatProcessor();
        processor.SetControls(processor.State->Cr0, processor.State->Cr4 & ~SystemRegisters.Cr4OsXsave);
        foreach (Code code in VectorCodes.All.Where(code => InstructionTable.Instance[code] is not null && code.Encoding() == EncodingKind.VEX))
        {
            if ((VectorCodes.Make(code, memory: false, 0, [1, 2, 3, 4]) ?? VectorCodes.Make(code, memory: true, 0, [1, 2, 3, 4])) is not { } instruction) continue;
            processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
            processor.Load(instruction);
            ExceptionInfo? exception = processor.Run();
            Assert.True(exception?.Vector == ExceptionVector.InvalidOpcode, $"{code}: {exception}");
        }
    }
}
