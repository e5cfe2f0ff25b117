using System.Buffers.Binary;
using X64Emu.Debugging.Symbols;
using X64Emu.Debugging.Symbols.Dwarf;
using Xunit;

namespace X64Emu.Tests.Debugging.Symbols;

/// <summary>DWARF expressions (DWARF 5, 2.5 and 2.6), each with the result the standard gives for it.</summary>
public sealed class LocationExpressionTests
{
    [Theory]
    [InlineData(new byte[] { 0x35 }, 5)]
    [InlineData(new byte[] { 0x35, 0x32, 0x1c }, 3)]
    [InlineData(new byte[] { 0x35, 0x32, 0x22, 0x23, 0x80, 0x01 }, 135)]
    [InlineData(new byte[] { 0x09, 0xfb, 0x32, 0x1b }, -2)]
    [InlineData(new byte[] { 0x09, 0xff, 0x34, 0x25 }, 0x0fffffffffffffff)]
    [InlineData(new byte[] { 0x09, 0xff, 0x34, 0x26 }, -1)]
    [InlineData(new byte[] { 0x31, 0x08, 0x40, 0x24 }, 0)]
    [InlineData(new byte[] { 0x31, 0x32, 0x33, 0x17, 0x1c, 0x22 }, 2)]
    [InlineData(new byte[] { 0x31, 0x32, 0x16, 0x1c }, 1)]
    [InlineData(new byte[] { 0x77, 0x08 }, 0x7008)]
    [InlineData(new byte[] { 0x92, 0x10, 0x70 }, 0xfff0)]
    [InlineData(new byte[] { 0x91, 0x6c }, 0x8fec)]
    [InlineData(new byte[] { 0x9c }, 0x9000)]
    [InlineData(new byte[] { 0x03, 0x00, 0x10, 0, 0, 0, 0, 0, 0 }, 0x401000)]
    [InlineData(new byte[] { 0x38, 0x06 }, 0x0b0a090807060504 + 4 * 0x0101010101010101)]
    [InlineData(new byte[] { 0x38, 0x94, 0x02 }, 0x0908)]
    [InlineData(new byte[] { 0x31, 0x28, 0x01, 0x00, 0x32, 0x37 }, 7)]
    [InlineData(new byte[] { 0x32, 0x2f, 0x01, 0x00, 0x35 }, 2)]
    public void Compute_Expression_YieldsTheStandardsValue(byte[] expression, long expected) =>
        Assert.Equal(expected, (long)LocationExpression.Compute(expression, Context()));

    [Fact]
    public void Evaluate_Registers_AreNamedNotRead()
    {
        Assert.Equal(new ValueLocation(LocationKind.Register, 3), LocationExpression.Evaluate(new byte[] { 0x53 }, Context()));
        Assert.Equal(new ValueLocation(LocationKind.Register, 17), LocationExpression.Evaluate(new byte[] { 0x90, 17 }, Context()));
    }

    [Fact]
    public void Evaluate_Pieces_AreListedWithTheirSizes()
    {
        ValueLocation location = LocationExpression.Evaluate(new byte[] { 0x53, 0x93, 8, 0x93, 4, 0x35, 0x9f, 0x93, 4 }, Context());
        Assert.Equal(
            [(new ValueLocation(LocationKind.Register, 3), 8UL), (new ValueLocation(LocationKind.Missing), 4UL),
                (new ValueLocation(LocationKind.Value, 5), 4UL)],
            location.Pieces!);
    }

    [Fact]
    public void Evaluate_NoExpression_IsOptimisedOut() => Assert.Equal(LocationKind.Missing, LocationExpression.Evaluate([], Context()).Kind);

    [Theory]
    [InlineData(new byte[] { 0x22 }, "a location expression's stack is empty")]
    [InlineData(new byte[] { 0x35, 0x30, 0x1b }, "a location expression divides by zero")]
    [InlineData(new byte[] { 0x03, 0x01 }, "debug information is cut short")]
    [InlineData(new byte[] { 0x2f, 0xfd, 0xff }, "a location expression does not end")]
    [InlineData(new byte[] { 0x2f, 0x10, 0x00 }, "offset 13 is outside 3 bytes of debug information")]
    [InlineData(new byte[] { 0x78, 0x00 }, "register 8 is not known in this frame")]
    [InlineData(new byte[] { 0xff }, "location operation ff is not supported")]
    [InlineData(new byte[] { 0x0a, 0xff, 0xff, 0x06 }, "there is no memory at 0xffff")]
    public void Compute_BadExpression_SaysWhy(byte[] expression, string message) =>
        Assert.Equal(message, Assert.Throws<SymbolDataException>(() => LocationExpression.Compute(expression, Context())).Message);

    [Fact]
    public void Compute_StackOverflow_IsRefused()
    {
        byte[] expression = [.. Enumerable.Repeat((byte)0x12, 300).Prepend((byte)0x31)];
        Assert.Equal("a location expression's stack overflows",
            Assert.Throws<SymbolDataException>(() => LocationExpression.Compute(expression, Context())).Message);
    }

    /// <summary>Register 7 is 0x7000, 16 is 0x10000, the frame base the CFA, memory byte N is N.</summary>
    private static ExpressionContext Context() => new()
    {
        Bias = 0x400000,
        CanonicalFrameAddress = 0x9000,
        FrameBase = new byte[] { 0x9c },
        Register = register => register switch { 7 => 0x7000, 16 => 0x10000, _ => null },
        Memory = (address, target) =>
        {
            if (address.Value >= 0x100) return 0;
            for (int index = 0; index < target.Length; index++) target[index] = (byte)(address.Value + (ulong)index);
            return target.Length;
        },
    };
}
