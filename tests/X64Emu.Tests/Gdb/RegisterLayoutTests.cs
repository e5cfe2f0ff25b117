using System.Globalization;
using System.Runtime.Intrinsics;
using System.Xml;
using System.Xml.Linq;
using X64Emu.Cpu;
using X64Emu.Gdb.Registers;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Gdb;

/// <summary>The registers' order and what gdb is told of it.</summary>
public sealed class RegisterLayoutTests
{
    [Fact]
    public void Xml_Registers_MatchTheLayout()
    {
        using XmlReader reader = XmlReader.Create(new StringReader(TargetDescription.Xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        XElement[] registers = [.. XDocument.Load(reader).Descendants("reg")];
        Assert.Equal(RegisterLayout.All.Select(register => register.Name), registers.Select(register => register.Attribute("name")!.Value));
        Assert.Equal(
            RegisterLayout.LengthBytes * 8, registers.Sum(register => int.Parse(register.Attribute("bitsize")!.Value, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void All_CoreRegisters_HaveTheNumbersGdbExpectsOfAmd64()
    {
        Assert.Equal(1, RegisterLayout.NumberOf("rbx"));
        Assert.Equal(16, RegisterLayout.NumberOf("rip"));
        Assert.Equal(24, RegisterLayout.NumberOf("st0"));
        Assert.Equal(40, RegisterLayout.NumberOf("xmm0"));
        Assert.Equal(56, RegisterLayout.NumberOf("mxcsr"));
        Assert.Equal(57, RegisterLayout.NumberOf("orig_rax"));
    }

    [Fact]
    public void WriteAll_BytesOfReadAll_GiveTheSameRegisters()
    {
        RegisterValues values = new() { Rip = new VirtualAddress(0x401234), RFlags = 0x246, FsBase = 0x7fff_0000_1234, Mxcsr = 0x1f80, X87Control = 0x37f };
        values.General[(int)GeneralRegister.R12] = 0x1122_3344_5566_7788;
        values.X87Stack[3] = (0x4000, 0xc90f_daa2_2168_c235);
        values.Ymm[15] = Vector256.Create(1UL, 2, 3, 4).AsByte();
        byte[] bytes = RegisterLayout.ReadAll(values);
        RegisterValues copy = new();
        RegisterLayout.WriteAll(copy, bytes);
        Assert.Equal(bytes, RegisterLayout.ReadAll(copy));
        Assert.Equal(values.Ymm[15], copy.Ymm[15]);
        Assert.Equal(values.X87Stack[3], copy.X87Stack[3]);
    }

    [Fact]
    public void WriteAll_TooFewBytes_LeavesTheRest()
    {
        RegisterValues values = new() { Mxcsr = 0x1f80 };
        RegisterLayout.WriteAll(values, new byte[] { 5, 0, 0, 0, 0, 0, 0, 0, 1 });
        Assert.Equal(5UL, values.General[(int)GeneralRegister.Rax]);
        Assert.Equal(0UL, values.General[(int)GeneralRegister.Rbx]);
        Assert.Equal(0x1f80U, values.Mxcsr);
    }
}
