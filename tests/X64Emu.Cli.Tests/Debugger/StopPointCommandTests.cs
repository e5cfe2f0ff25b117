using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Cli.Tests.Debugger;

public sealed class StopPointCommandTests : IDisposable
{
    private readonly ConsoleSession session = new ConsoleSession().AtProgramStart();

    public void Dispose() => session.Dispose();

    [Fact]
    public void Break_Symbol_StopsInFrontOfIt()
    {
        Assert.Equal("Breakpoint 1: at 0x401014 child (two-faults.S:17)\n", session.Run("break child"));
        Assert.StartsWith("Breakpoint 1, child\npid 3 user  0x401014 child (two-faults.S:17)", session.Run("continue"), StringComparison.Ordinal);
    }

    [Fact]
    public void Break_SourceLine_StopsAtItsCode() => Assert.Equal("Breakpoint 1: at 0x40100e _start+0xe (two-faults.S:10)\n", session.Run("break two-faults.S:10"));

    [Fact]
    public void Break_OfAnotherProcess_PassesThisOne()
    {
        session.Run("break 0x401024 pid 3", "continue");
        Assert.True(session.Context.Session.HasEnded);
    }

    [Fact]
    public void Break_FalseCondition_PassesAndCountsNothing()
    {
        session.Run("break child if rax == 1", "continue");
        Assert.True(session.Context.Session.HasEnded);
        Assert.Equal("1   on  breakpoint at 0x401014\n        if rax == 1\n", session.Run("breakpoints").Replace(" child (two-faults.S:17)", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Break_ConditionThatFailsLater_StopsAndSaysSo()
    {
        string text = session.Run("break child if *0x10 == 1", "continue");
        Assert.EndsWith("x64emu: the condition of 1 has no value: column 16: memory at 0x10 is not mapped\n", text, StringComparison.Ordinal);
        Assert.False(session.Context.Session.HasEnded);
    }

    [Fact]
    public void TemporaryBreak_Hit_IsGone()
    {
        Assert.StartsWith("Temporary stop, child\n", session.Run("tbreak child", "continue")["Temporary breakpoint 1: at 0x401014 child (two-faults.S:17)\n".Length..], StringComparison.Ordinal);
        Assert.Equal("There are no stop points.\n", session.Run("breakpoints"));
    }

    [Fact]
    public void PhysicalBreak_CodePage_StopsAtWhateverAddress()
    {
        session.Run("next");
        Assert.True(session.Context.Session.Machine.Processor.TryTranslate(new VirtualAddress(0x401014), out PhysicalAddress child));
        Assert.Equal($"Breakpoint 1: at physical {child}\n", session.Run($"pbreak {child}"));
        Assert.StartsWith($"Breakpoint 1, physical {child}\npid 3 user  0x401014", session.Run("continue"), StringComparison.Ordinal);
    }

    [Fact]
    public void Watch_Store_ShowsOldAndNewValue()
    {
        session.Run("watch page,1");
        string text = session.Run("continue");
        Assert.StartsWith("Watchpoint 1: 1 byte written at 0x402000\n  by 0x401000 _start (two-faults.S:7)\n", text, StringComparison.Ordinal);
        Assert.Contains("-> 0x50\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("catch syscall fork", "Catchpoint 1: fork(")]
    [InlineData("catch fork", "Catchpoint 1: process 2 has forked process 3")]
    [InlineData("catch exit pid 3", "Catchpoint 1: process 3 exited with status 0")]
    [InlineData("catch exception PF", "Catchpoint 1: exception 14, PageFault at 0x401000")]
    [InlineData("catch fault demand-zero write", "Catchpoint 1: demand-zero fault ")]
    [InlineData("catch fault cow page", "Catchpoint 1: cow fault ")]
    [InlineData("catch fault pid 3", "Catchpoint 1: file fault ")]
    [InlineData("catch switch", "Catchpoint 1: process ")]
    public void Catch_Event_StopsThere(string command, string first)
    {
        Assert.Equal($"Catchpoint 1: {command["catch ".Length..].Split(" pid ")[0]}", session.Run(command).TrimEnd().Split(", pid")[0].Split(" pid ")[0]);
        Assert.StartsWith(first, session.Run("continue"), StringComparison.Ordinal);
    }

    [Fact]
    public void Watch_TooLongRange_SaysHowMuchIsPossible() =>
        Assert.Equal("x64emu: column 7: 18446744073709551615 bytes are too many to watch; 1073741824 are possible\n", session.Run("watch 0..-1"));

    [Fact]
    public void Ignore_Count_PassesSoManyHits()
    {
        session.Run("catch syscall", "ignore 1 1", "continue");
        Assert.StartsWith("x64emu", session.Run("ignore 1 -1"), StringComparison.Ordinal);
        Assert.Contains("hit 2 times", session.Run("breakpoints"), StringComparison.Ordinal);
    }

    [Fact]
    public void DisableEnableDelete_StopPoint_DoWhatTheySay()
    {
        session.Run("break child", "disable 1");
        Assert.StartsWith("1   off breakpoint", session.Run("breakpoints"), StringComparison.Ordinal);
        session.Run("enable");
        Assert.StartsWith("1   on  breakpoint", session.Run("breakpoints"), StringComparison.Ordinal);
        Assert.Equal("1 stop point deleted.\nThere are no stop points.\n", session.Run("delete 1", "breakpoints"));
    }

    [Fact]
    public void Condition_GivenAndTaken_Changes()
    {
        session.Run("break child", "condition 1 0");
        Assert.Contains("        if 0\n", session.Run("breakpoints"), StringComparison.Ordinal);
        session.Run("condition 1", "continue");
        Assert.False(session.Context.Session.HasEnded);
    }

    [Fact]
    public void Continue_Count_PassesTheStopPoint()
    {
        session.Run("catch syscall", "continue");
        session.Run("continue 3");
        Assert.Contains("hit 4 times", session.Run("breakpoints"), StringComparison.Ordinal);
    }
}
