using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Cpu.Instructions.Simd;

/// <summary>The exceptions of SSE instructions that the host cannot be asked for.</summary>
public class SseFaultTests
{
    private const ulong Cr0 = SystemRegisters.Cr0ExtensionType | SystemRegisters.Cr0NumericError | SystemRegisters.Cr0MonitorCoprocessor;
    private const ulong Cr4 = SystemRegisters.Cr4OsFxsr | SystemRegisters.Cr4OsXmmExceptions;

    private const ExceptionVector NotAvailable = ExceptionVector.DeviceNotAvailable;

    private static readonly Mnemonic[] NeedsNoAlignment = [Mnemonic.Movups, Mnemonic.Movupd, Mnemonic.Movdqu, Mnemonic.Maskmovdqu];

    [Fact]
    public void AlignedForms_MisalignedOperand_RaiseGeneralProtection()
    {
        using var processor = new FlatProcessor();
        foreach (Code code in SseCodes.All.Where(code => !SseCodes.UsesMmx(code) && SseCodes.HasMemoryForm(code)))
        {
            Instruction instruction = SseCodes.Make(code, memory: true, 0, 0, 1);
            bool aligned = instruction.MemorySize.GetSize() >= 16 && !NeedsNoAlignment.Contains(code.Mnemonic());
            processor.Load(instruction);
            processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress + 8;
            ExceptionInfo? exception = processor.Run();
            Assert.True(aligned == (exception?.Vector == ExceptionVector.GeneralProtection), $"{code}: {exception}");
            if (aligned) Assert.Equal(0u, exception!.Value.ErrorCode);
        }
    }

    [Fact]
    public void UnalignedForms_AcrossPages_MoveAllBytes()
    {
        using var processor = new FlatProcessor();
        Vector128<byte> value = Vector128.Create((byte)1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        processor.At<Vector128<byte>>(FlatProcessor.DataAddress + 4096 - 5) = value;
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress + 4096 - 5;
        processor.Load(SseCodes.Make(Code.Movups_xmm_xmmm128, true, 0, 3, 4), SseCodes.Make(Code.Movups_xmmm128_xmm, true, 0, 3, 4, displacement: 8192));
        Assert.Null(processor.Run());
        Assert.Equal(value, processor.Registers.GetXmm(3));
        Assert.Equal(value, processor.At<Vector128<byte>>(FlatProcessor.DataAddress + 12288 - 5));
    }

    [Theory]
    [InlineData(Cr0, Cr4, null, null, null)]
    [InlineData(Cr0 | SystemRegisters.Cr0TaskSwitched, Cr4, NotAvailable, NotAvailable, NotAvailable)]
    [InlineData(Cr0 | SystemRegisters.Cr0Emulation, Cr4, ExceptionVector.InvalidOpcode, NotAvailable, null)]
    [InlineData(Cr0, 0, ExceptionVector.InvalidOpcode, null, null)]
    [InlineData(SystemRegisters.Cr0ExtensionType | SystemRegisters.Cr0TaskSwitched, Cr4, NotAvailable, NotAvailable, null)]
    public void ControlRegisters_DenyingTheUnit_DecideTheException(ulong cr0, ulong cr4, ExceptionVector? sse, ExceptionVector? x87, ExceptionVector? wait)
    {
        using var processor = new FlatProcessor();
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
        // The same code before and after the change: blocks of one mode must not be run in another.
        foreach ((Instruction instruction, ExceptionVector? expected) in new[]
        {
            (SseCodes.Make(Code.Pxor_xmm_xmmm128, false, 0, 0, 1), sse),
            (SseCodes.Make(Code.Addsd_xmm_xmmm64, true, 0, 0, 1), sse),
            (SseCodes.Make(Code.Stmxcsr_m32, true, 0, 0, 1), sse),
            (SseCodes.Make(Code.Fxsave64_m512byte, true, 0, 0, 1), x87),
            (Instruction.Create(Code.Fninit), x87),
            (Instruction.Create(Code.Wait), wait),
            (SseCodes.Make(Code.Movnti_m64_r64, true, 0, 0, 1), null),
            (Instruction.Create(Code.Mfence), null),
        })
        {
            processor.SetControls(Cr0, Cr4);
            processor.Load(instruction);
            Assert.Null(processor.Run());
            processor.SetControls(cr0, cr4);
            Assert.Equal(expected, processor.Run()?.Vector);
            processor.SetControls(Cr0, Cr4);
            Assert.Null(processor.Run());
        }
    }

    [Theory]
    [InlineData(Cr4, ExceptionVector.SimdFloatingPoint)]
    [InlineData(SystemRegisters.Cr4OsFxsr, ExceptionVector.InvalidOpcode)]
    public void UnmaskedException_BySystemSupport_RaisesXmOrUd(ulong cr4, ExceptionVector expected)
    {
        using var processor = new FlatProcessor();
        processor.SetControls(Cr0, cr4);
        processor.Registers.Mxcsr = 0x1F80 & ~(1u << 9);
        processor.Registers.SetXmm(0, Vector128.Create(1.0, 2.0).AsByte());
        processor.Registers.SetXmm(1, Vector128<byte>.Zero);
        processor.Load(SseCodes.Make(Code.Divsd_xmm_xmmm64, false, 0, 0, 1));
        ExceptionInfo? exception = processor.Run();
        Assert.Equal(expected, exception?.Vector);
        Assert.Equal(FlatProcessor.CodeAddress, exception?.InstructionPointer.Value);
        Assert.Equal(Vector128.Create(1.0, 2.0).AsByte(), processor.Registers.GetXmm(0));
        Assert.Equal(0x1F80u & ~(1u << 9) | 4, processor.Registers.Mxcsr);
    }

    [Theory]
    [InlineData(0x1F80u, false)]
    [InlineData(0xFFFFu, false)]
    [InlineData(0x0001_1F80u, true)]
    [InlineData(0x8000_0000u, true)]
    public void Ldmxcsr_ReservedBits_RaiseGeneralProtection(uint value, bool faults)
    {
        using var processor = new FlatProcessor();
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
        processor.At<uint>(FlatProcessor.DataAddress) = value;
        processor.Load(SseCodes.Make(Code.Ldmxcsr_m32, true, 0, 0, 1));
        ExceptionInfo? exception = processor.Run();
        Assert.Equal(faults ? ExceptionVector.GeneralProtection : null, exception?.Vector);
        Assert.Equal(faults ? 0x1F80 : value, processor.Registers.Mxcsr);
    }

    [Fact]
    public void Fxrstor_ReservedMxcsrBits_RaisesGeneralProtectionAndChangesNothing()
    {
        using var processor = new FlatProcessor();
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
        processor.Registers.SetXmm(5, Vector128.Create((byte)7));
        processor.At<uint>(FlatProcessor.DataAddress + 24) = 0x0001_0000;
        processor.Load(SseCodes.Make(Code.Fxrstor_m512byte, true, 0, 0, 1));
        Assert.Equal(ExceptionVector.GeneralProtection, processor.Run()?.Vector);
        Assert.Equal(Vector128.Create((byte)7), processor.Registers.GetXmm(5));
    }

    [Fact]
    public void Fxsave_AcrossPages_WritesTheImageAndLeavesTheSoftwareBytes()
    {
        using var processor = new FlatProcessor();
        ulong address = FlatProcessor.DataAddress + 4096 - 176;
        processor.Memory(address, 512).Fill(0xEE);
        processor.Registers[GeneralRegister.Rdi] = address;
        for (int i = 0; i < 16; i++) processor.Registers.SetXmm(i, Vector128.Create((byte)(i + 1)));
        processor.Load(SseCodes.Make(Code.Fxsave64_m512byte, true, 0, 0, 1));
        Assert.Null(processor.Run());
        for (int i = 0; i < 16; i++) Assert.Equal(Vector128.Create((byte)(i + 1)), processor.At<Vector128<byte>>(address + 160 + 16 * (ulong)i));
        Assert.Equal(0x1F80u, processor.At<uint>(address + 24));
        Assert.Equal(0xFFFFu, processor.At<uint>(address + 28));
        Assert.All(processor.Memory(address + 416, 96).ToArray(), value => Assert.Equal(0xEE, value));
    }
}
