using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Instructions.Simd;

/// <summary>How gathers stop at an element that faults, go on, and which registers they refuse. Values are compared with hardware elsewhere.</summary>
public class GatherTests
{
    private const ulong Sign = 0x8000_0000_0000_0000;

    [Fact]
    public void Gather_AbsentPage_KeepsWhatIsDoneAndGoesOnThere()
    {
        const ulong Absent = SystemMachine.Absent - SystemMachine.UserData;
        using SystemMachine machine = new();
        machine.Registers.Cr4 |= SystemRegisters.Cr4OsXsave;
        machine.Registers.Xcr0 = ExtendedControl.All;
        for (ulong i = 0; i < 8; i++) machine.Write(SystemMachine.UserData + 8 * i, 100 + i);
        machine.Load(a =>
        {
            a.vpgatherqq(ymm1, __[rdi + ymm2], ymm3);
            a.hlt();
        });
        machine.Registers[GeneralRegister.Rdi] = SystemMachine.UserData;
        machine.Registers.SetYmm(1, Vector256.Create(1UL, 2, 3, 4).AsByte());
        machine.Registers.SetYmm(2, Vector256.Create(40, Absent, Absent + 16, 56).AsByte());
        machine.Registers.SetYmm(3, Vector256.Create(ulong.MaxValue, 0, Sign, Sign).AsByte());

        Assert.Equal((int)ExceptionVector.PageFault, machine.RunToHandler());
        Assert.Equal(SystemMachine.Absent + 16, machine.Registers.Cr2.Value);
        Assert.Equal(SystemMachine.Code, machine.Pushed(1));
        Assert.Equal(Vector256.Create(105UL, 2, 3, 4), machine.Registers.GetYmm(1).AsUInt64());
        Assert.Equal(Vector256.Create(0, 0, Sign, Sign), machine.Registers.GetYmm(3).AsUInt64());

        // Elements that are done are not loaded again, wherever their indices lead now.
        machine.Write(SystemMachine.EntryOf(SystemMachine.Absent), SystemMachine.Absent | 7);
        machine.Write(SystemMachine.Absent + 16, 200);
        machine.Registers.SetYmm(2, Vector256.Create(Sign, Sign, Absent + 16, 56).AsByte());
        machine.EnterKernel();
        machine.Processor.Loop.IsHalted = false;
        Assert.Equal(StopReason.Halted, machine.Processor.Run(10));
        Assert.Equal(Vector256.Create(105UL, 2, 200, 107), machine.Registers.GetYmm(1).AsUInt64());
        Assert.Equal(Vector256<byte>.Zero, machine.Registers.GetYmm(3));
    }

    [Fact]
    public void Gather_TwoElementsOfFour_ZeroesTheRestOfDestinationAndMask()
    {
        using FlatProcessor processor = new();
        processor.At<uint>(FlatProcessor.DataAddress + 12) = 0x1234;
        Load(processor, a => a.vpgatherqd(xmm1, __[rdi + xmm2 * 4], xmm3));
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
        processor.Registers.SetYmm(1, Vector256.Create(7u).AsByte());
        processor.Registers.SetYmm(2, Vector256.Create(3UL, Sign, Sign, Sign).AsByte());
        processor.Registers.SetYmm(3, Vector256.Create(uint.MaxValue, 0, uint.MaxValue, uint.MaxValue, 1, 1, 1, 1).AsByte());
        Assert.Null(processor.Run());
        Assert.Equal(Vector256.Create(0x1234u, 7, 0, 0, 0, 0, 0, 0), processor.Registers.GetYmm(1).AsUInt32());
        Assert.Equal(Vector256<byte>.Zero, processor.Registers.GetYmm(3));
    }

    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(1, 2, 1)]
    [InlineData(1, 2, 2)]
    public void Gather_RegisterUsedTwice_RaisesInvalidOpcode(int destination, int index, int mask)
    {
        using FlatProcessor processor = new();
        // VPGATHERDD xmm, [rdi + xmm * 1], xmm: the encoder refuses these, so the bytes are put together here.
        processor.LoadBytes(0xC4, 0xE2, (byte)((~mask & 15) << 3 | 1), 0x90, (byte)(destination << 3 | 4), (byte)(index << 3 | 7));
        Assert.Equal(ExceptionVector.InvalidOpcode, processor.Run()?.Vector);
    }

    private static void Load(FlatProcessor processor, Action<Assembler> emit)
    {
        Assembler assembler = new(64);
        emit(assembler);
        processor.Load(assembler.Instructions[0]);
    }
}
