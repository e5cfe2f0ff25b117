using Xunit;

namespace X64Emu.Cli.Tests.Debugger;

public sealed class StateCommandTests : IDisposable
{
    private readonly ConsoleSession session = new ConsoleSession().AtProgramStart();

    public void Dispose() => session.Dispose();

    [Theory]
    [InlineData("print 1 + 2", "0x3  3\n")]
    [InlineData("print -1", "0xffffffffffffffff  18446744073709551615  -1\n")]
    [InlineData("p 'A'", "0x41  65  'A'\n")]
    [InlineData("print/d i8(0xff)", "-1\n")]
    [InlineData("print/t 5", "0b101\n")]
    [InlineData("print/c 0x41", "'A'\n")]
    [InlineData("print/a child + 7", "0x40101b child+0x7 (two-faults.S:18)\n")]
    [InlineData("print child", "0x401014  4198420  child (two-faults.S:17)\n")]
    [InlineData("print $pid", "0x2  2\n")]
    [InlineData("print 2!child == two-faults!child", "0x1  1\n")]
    [InlineData("print/y 1", "x64emu: 'y' is no format; x, d, u, t, c and a are\n")]
    [InlineData("print nothing", "x64emu: column 7: there is no register or symbol nothing\n")]
    [InlineData("print PageFault.Handle >> 63", "0x1  1\n")]
    public void Print_Expression_ShowsIt(string line, string text) => Assert.Equal(text, session.Run(line));

    [Fact]
    public void Print_LastValue_IsKept() => Assert.Equal("0x7  7\n0x8  8\n", session.Run("print 7", "print $_ + 1"));

    [Fact]
    public void Set_RegisterMemoryVariable_ChangesThem()
    {
        session.Run("next");
        Assert.Equal("0x5\n0x43\n0x6\n", session.Run("set rax = 5", "set *u8(page) = 'C'", "set $mine = 6", "print/x rax", "print/x *u8(page)", "print/x $mine"));
    }

    [Fact]
    public void Display_Expression_IsShownAtEachStop()
    {
        Assert.Equal("1: print/x rip\n0x401000\n", session.Run("display ! print/x rip"));
        Assert.Contains("1: print/x rip\n0x401007\n", session.Run("next"), StringComparison.Ordinal);
        Assert.DoesNotContain("print/x rip", session.Run("undisplay 1", "next"), StringComparison.Ordinal);
    }

    [Fact]
    public void Display_CommandThatRuns_IsRefused() => Assert.StartsWith("x64emu: column 9: a display shows something", session.Run("display ! continue"), StringComparison.Ordinal);

    [Fact]
    public void Where_ProgramStart_ShowsSourceAndCode()
    {
        session.Run("next");
        Assert.Matches(@"^pid 2 user  0x401007 _start\+0x7 \(two-faults\.S:8\)  instruction [0-9,]+\n     8  +movl +\$SYS_fork, %eax\n   0x401000 <_start>:.*\n=> 0x401007 <_start\+0x7>:\tmov eax, 0x39\n", session.Run("where"));
    }
}
