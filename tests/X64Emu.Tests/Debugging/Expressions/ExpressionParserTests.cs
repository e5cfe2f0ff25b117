using X64Emu.Cpu;
using X64Emu.Debugging.Expressions;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Debugging.Expressions;

public sealed class ExpressionParserTests : IDisposable
{
    private readonly SampleScope scope = new();

    public ExpressionParserTests()
    {
        scope.Registers[GeneralRegister.Rax] = 0x1122334455667788;
        scope.Registers[GeneralRegister.Rsp] = 0x1008;
        scope.Registers[GeneralRegister.R9] = 0xfedcba9876543210;
        scope.Registers.Rip = new VirtualAddress(0x401005);
    }

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData("10", 10)]
    [InlineData("0x10", 16)]
    [InlineData("0XfF", 255)]
    [InlineData("0b1010", 10)]
    [InlineData("1_000_000", 1000000)]
    [InlineData("0xffff_ffff_ffff_ffff", ulong.MaxValue)]
    [InlineData("'A'", 65)]
    [InlineData("'\\n'", 10)]
    [InlineData("'\\x7f'", 127)]
    [InlineData("' '", 32)]
    public void Evaluate_Number_IsRead(string text, ulong value) => Assert.Equal(value, Evaluate(text));

    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("10 - 3 - 2", 5)]
    [InlineData("1 << 4 + 1", 32)]
    [InlineData("7 & 3 == 3", 1)] // C: == binds closer than &
    [InlineData("1 | 6 ^ 2 & 3", 5)]
    [InlineData("1 || 0 && 0", 1)]
    [InlineData("!0 + !5", 1)]
    [InlineData("~0 >> 60", 15)]
    [InlineData("-1 >> 60", ulong.MaxValue)] // a negated value is signed
    [InlineData("1 << 64", 0)]
    [InlineData("17 / 5 * 10 + 17 % 5", 32)]
    [InlineData("-7 / 2", unchecked((ulong)-3))]
    [InlineData("0x8000000000000000 / -1", 0x8000000000000000)]
    [InlineData("2 <= 2 && 3 != 4 && 5 >= 5", 1)]
    [InlineData("0 - 1 > 1", 1)]
    [InlineData("i64(0 - 1) < 1", 1)]
    [InlineData("3 > -1", 1)]
    [InlineData("0 && 1 / 0", 0)]
    [InlineData("1 || *0", 1)]
    public void Evaluate_Operators_FollowC(string text, ulong value) => Assert.Equal(value, Evaluate(text));

    [Theory]
    [InlineData("rax", 0x1122334455667788)]
    [InlineData("$rax", 0x1122334455667788)]
    [InlineData("RAX", 0x1122334455667788)]
    [InlineData("eax", 0x55667788)]
    [InlineData("ax", 0x7788)]
    [InlineData("ah", 0x77)]
    [InlineData("al", 0x88)]
    [InlineData("r9", 0xfedcba9876543210)]
    [InlineData("r9d + r9w - r9w + r9b", 0x76543220)]
    [InlineData("rip", 0x401005)]
    public void Evaluate_Register_IsItsValue(string text, ulong value) => Assert.Equal(value, Evaluate(text));

    [Fact]
    public void Evaluate_VectorElement_IsItsValue()
    {
        ExpressionParser.ParseAssignment("ymm3.u32[5] = 0xdeadbeef", scope).Execute();
        Assert.Equal(0xdeadbeefUL << 32, Evaluate("$ymm3.u64[2]"));
        Assert.Equal(0xbeUL, Evaluate("ymm3.u8[21]"));
    }

    [Theory]
    [InlineData("counter + 4", 0x1014)]
    [InlineData("1!main", 0x401000)]
    [InlineData("cow-fork!main", 0x401000)]
    [InlineData("cow-fork.c:42", 0x401020)]
    [InlineData("'my file.c':1 + 1", 0x401031)]
    [InlineData("'PageFault.Handle(ulong, ulong)'", 0xffffffff80001000)]
    [InlineData("counter!=3", 1)]
    public void Evaluate_Name_IsItsAddress(string text, ulong value) => Assert.Equal(value, Evaluate(text));

    [Theory]
    [InlineData("*(rsp)", 0x8f8e8d8c8b8a8988)]
    [InlineData("*(rsp+8)", 0x9796959493929190)]
    [InlineData("*rsp + 1", 0x8f8e8d8c8b8a8989)]
    [InlineData("*u8(rsp)", 0x88)]
    [InlineData("*u16(rsp) + 1", 0x8989)]
    [InlineData("*u32(rsp)", 0x8b8a8988)]
    [InlineData("*i32(rsp)", 0xffffffff8b8a8988)]
    [InlineData("*i8(rsp) < 0", 1)]
    [InlineData("*u8 rsp", 0x88)]
    [InlineData("u8(rax)", 0x88)]
    [InlineData("i8(rax)", 0xffffffffffffff88)]
    public void Evaluate_Memory_IsReadAsItsType(string text, ulong value) => Assert.Equal(value, Evaluate(text));

    [Theory]
    [InlineData("", 1, "a value is missing")]
    [InlineData("1 +", 4, "a value is missing")]
    [InlineData("1 + )", 5, "')' stands where a value should be")]
    [InlineData("(1", 3, "a ')' is missing")]
    [InlineData("1 2", 3, "'2' is too much here")]
    [InlineData("rax = 1", 5, "'=' assigns; '==' compares")]
    [InlineData("1 + nothing", 5, "there is no register or symbol nothing")]
    [InlineData("$nothing", 1, "$nothing is neither a register nor a variable that was set")]
    [InlineData("nothing.c:7", 1, "there is no code for line nothing.c:7")]
    [InlineData("main", 1, "main is ambiguous: write 1!main or 2!main")]
    [InlineData("2 * 0x", 5, "0x is no number of 64 bits (hexadecimal ones begin with 0x, binary ones with 0b)")]
    [InlineData("12ab", 1, "12ab is no number of 64 bits (hexadecimal ones begin with 0x, binary ones with 0b)")]
    [InlineData("0x10000000000000000", 1, "0x10000000000000000 is no number of 64 bits (hexadecimal ones begin with 0x, binary ones with 0b)")]
    [InlineData("1 # 2", 3, "'#' means nothing here")]
    [InlineData("'ab", 1, "the quote is not closed")]
    [InlineData("xmm0", 1, "xmm0 holds several numbers; one of them is xmm0.u64[0]")]
    [InlineData("1 / (rax - rax)", 3, "division by zero")]
    [InlineData("1 + *(0x5000)", 5, "memory at 0x5000 is not mapped")]
    [InlineData("*u64(0x1ff9)", 1, "memory at 0x1ff9 is not mapped")]
    public void Evaluate_Mistake_NamesItAndItsColumn(string text, int column, string message)
    {
        ExpressionException failure = Assert.Throws<ExpressionException>(() => Evaluate(text));
        Assert.Equal((column, message), (failure.Column, failure.Message));
    }

    [Theory]
    [InlineData("rax = 5", "rax", 5)]
    [InlineData("$rax = 5", "rax", 5)]
    [InlineData("eax = 5", "rax", 5)]
    [InlineData("ax = 5", "rax", 0x1122334455660005)]
    [InlineData("ah = 5", "rax", 0x1122334455660588)]
    [InlineData("al = -1", "rax", 0x11223344556677ff)]
    [InlineData("rip = 1!main", "rip", 0x401000)]
    [InlineData("$zf = 1", "$zf", 1)]
    [InlineData("$mine = rsp + 8", "$mine", 0x1010)]
    [InlineData("*rsp = 1 == 1", "*rsp", 1)]
    [InlineData("*u8(rsp+1) = 1", "*u16(rsp)", 0x188)]
    public void Execute_Assignment_ChangesItsTargetAlone(string assignment, string target, ulong value)
    {
        ExpressionParser.ParseAssignment(assignment, scope).Execute();
        Assert.Equal(value, Evaluate(target));
    }

    [Theory]
    [InlineData("rax", 4, "'=' and a value are missing")]
    [InlineData("rax + 1 = 2", 5, "'=' and a value are missing")]
    [InlineData("5 = 2", 1, "only a register, a variable ($name) or memory (*ADDR) can be set")]
    [InlineData("al = 256", 1, "0x100 does not fit into al, which has 8 bits")]
    [InlineData("cs = 8", 1, "cs cannot be set")]
    [InlineData("cr4 = 0x8000000000", 1, "the processor would refuse 0x8000000000 in cr4 (#GP)")]
    [InlineData("*0x5000 = 1", 1, "memory at 0x5000 is not mapped")]
    [InlineData("rax = 1 = 2", 9, "'=' assigns; '==' compares")]
    public void Execute_ImpossibleAssignment_NamesTheProblem(string text, int column, string message)
    {
        ExpressionException failure = Assert.Throws<ExpressionException>(() => ExpressionParser.ParseAssignment(text, scope).Execute());
        Assert.Equal((column, message), (failure.Column, failure.Message));
    }

    [Fact]
    public void Parse_DeepNesting_IsRefused()
    {
        string open = new('(', 100_000), minus = new('-', 100_000), chain = string.Concat(Enumerable.Repeat("1+", 100_000)) + "1";
        Assert.All((string[])[open, minus, chain, "*" + open], text => Assert.Throws<ExpressionException>(() => Evaluate(text)));
    }

    [Fact]
    public void Evaluate_SameExpressionLater_SeesNewValues()
    {
        Expression expression = ExpressionParser.Parse("rax + *u8(rsp)", scope);
        scope.Registers[GeneralRegister.Rax] = 1;
        scope.Page[8] = 2;
        Assert.Equal(3UL, expression.Evaluate());
    }

    [Fact]
    public void Parse_RandomText_IsReadOrRefusedWithAColumnInside()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        string[] parts = ["rax", "$x", "main", "1!", "0x", "12", "'", "'a'", "*", "u8", "(", ")", "[", "]", "xmm0.u8[", "==", "=", "!", "+", "-", "/", "%", "<<", ">>", "&&", "||", ".", ":", "a.c:9", " ", "\t", "\0", "é", "\ud800", "~", "^", "counter"];
        for (int round = 0; round < 20_000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
            try
            {
                Evaluate(text);
                ExpressionParser.ParseAssignment(text, scope).Execute();
            }
            catch (ExpressionException failure)
            {
                Assert.True(failure.Column >= 1 && failure.Column <= text.Length + 1, $"seed {seed}: column {failure.Column} of '{text}'");
                Assert.DoesNotContain('\n', failure.Message);
            }
        }
    }

    private ulong Evaluate(string text) => ExpressionParser.Parse(text, scope).Evaluate();
}
