using X64Emu.Cli.Debugger;
using Xunit;

namespace X64Emu.Cli.Tests.Debugger;

public sealed class LineExecutorTests
{
    [Fact]
    public void Execute_EmptyLine_RepeatsSteppingCommandsOnly()
    {
        RecordedCommand step = new("step", repeats: true), print = new("print");
        using ConsoleSession session = new("hello", step, print);
        foreach (string line in (string[])["", "step 2", "", "  ", "print 1", ""]) session.Executor.Execute(line);
        Assert.Equal(["2", "2", "2"], step.Calls);
        Assert.Equal(["1"], print.Calls);
    }

    [Fact]
    public void Execute_Comment_DoesNothing()
    {
        using ConsoleSession session = new();
        Assert.True(session.Executor.Execute("  # print 1"));
        Assert.Equal("", session.Answers + session.Errors);
    }

    [Fact]
    public void Execute_Format_IsHandedOver()
    {
        RecordedCommand examine = new("x", takesFormat: true);
        using ConsoleSession session = new("hello", examine);
        session.Executor.Execute("x/8gx $rsp");
        Assert.Equal(["/8gx $rsp"], examine.Calls);
    }

    [Fact]
    public void Execute_FormatForACommandWithoutOne_IsAnError()
    {
        using ConsoleSession session = new("hello", new RecordedCommand("step"));
        Assert.False(session.Executor.Execute("step/4"));
        Assert.Equal("x64emu: step takes no format ('/4')\n", session.Errors);
    }
}
