using X64Emu.Cli.Debugger;
using Xunit;

namespace X64Emu.Cli.Tests.Debugger;

public sealed class DebuggerLoopTests
{
    [Fact]
    public void Execute_EmptyLine_RepeatsSteppingCommandsOnly()
    {
        RecordedCommand step = new("step", repeats: true), print = new("print");
        using ConsoleSession session = new(step, print);
        foreach (string line in (string[])["", "step 2", "", "  ", "print 1", ""]) session.Loop.Execute(line);
        Assert.Equal(["2", "2", "2"], step.Calls);
        Assert.Equal(["1"], print.Calls);
    }

    [Fact]
    public void Execute_Comment_DoesNothing()
    {
        using ConsoleSession session = new();
        Assert.True(session.Loop.Execute("  # print 1"));
        Assert.Equal("", session.Answers + session.Errors);
    }

    [Fact]
    public void Execute_Format_IsHandedOver()
    {
        RecordedCommand examine = new("x", takesFormat: true);
        using ConsoleSession session = new(examine);
        session.Loop.Execute("x/8gx $rsp");
        Assert.Equal(["/8gx $rsp"], examine.Calls);
    }

    [Fact]
    public void Execute_FormatForACommandWithoutOne_IsAnError()
    {
        using ConsoleSession session = new(new RecordedCommand("step"));
        Assert.False(session.Loop.Execute("step/4"));
        Assert.Equal("x64emu: step takes no format ('/4')\n", session.Errors);
    }

    [Fact]
    public void Run_ErrorInALine_GoesOn()
    {
        RecordedCommand step = new("step");
        using ConsoleSession session = new(step);
        Assert.True(session.Loop.Run(new ScriptLines(["step fail", "step 1"])));
        Assert.Equal("x64emu: it failed\n", session.Errors);
        Assert.Equal(["1"], step.Calls);
    }

    [Fact]
    public void Run_Quit_ReadsNoFurtherLine()
    {
        using ConsoleSession session = new();
        session.Loop.Run(new ScriptLines(["quit", "help"]));
        Assert.Equal(0, session.Context.RequestedExit);
        Assert.Equal("", session.Answers);
    }

    [Fact]
    public void Help_OfACommand_ShowsUsageAndExample()
    {
        using ConsoleSession session = new();
        session.Loop.Execute("help quit");
        Assert.StartsWith("quit\n", session.Answers, StringComparison.Ordinal);
        Assert.EndsWith("Example: quit\n", session.Answers, StringComparison.Ordinal);
    }
}
