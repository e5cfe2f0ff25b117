using System.Runtime.Intrinsics;
using X64Emu.Gdb.Debuggee;
using X64Emu.Gdb.Registers;
using Xunit;

namespace X64Emu.Tests.Gdb;

/// <summary>The images in which a kernel keeps the registers of threads that do not run.</summary>
public sealed class SavedStateAreaTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_OfWhatWasWritten_GivesTheSameRegisters(bool isXsave)
    {
        RegisterValues values = new()
        {
            X87Control = 0x27f,
            X87Status = 0x3000,
            Mxcsr = 0x1fa0,
            X87Opcode = 0x123,
            X87InstructionPointer = 0x401000,
            X87DataPointer = 0x7fff_1234_5678,
        };
        values.X87Stack[0] = (0x4000, 0xc90f_daa2_2168_c235);
        values.X87Stack[1] = (0, 0);
        values.X87Stack[2] = (0x7fff, 1UL << 63);
        // TOP is 6: ST(0) is register 6, ST(1) is 7, ST(2) is 0; the others are empty.
        values.X87Tag = 0b01_00_11_11_11_11_11_10;
        values.Ymm[3] = Vector256.Create(1UL, 2, isXsave ? 3UL : 0, isXsave ? 4UL : 0).AsByte();
        byte[] area = new byte[SavedStateArea.LengthBytes];
        SavedStateArea.Write(area, isXsave, values);
        RegisterValues copy = new();
        SavedStateArea.Read(area, isXsave, copy);
        Assert.Equal(RegisterLayout.ReadAll(values), RegisterLayout.ReadAll(copy));
    }

    [Fact]
    public void Read_ComponentsNotPresent_AreInitial()
    {
        RegisterValues values = new();
        byte[] area = new byte[SavedStateArea.LengthBytes];
        area.AsSpan(0, 512).Fill(0xee);
        SavedStateArea.Read(area, isXsave: true, values);
        Assert.Equal((0x37f, 0xffff, 0x1f80U), (values.X87Control, values.X87Tag, values.Mxcsr));
        Assert.Equal(default, values.Ymm[5]);
    }
}
