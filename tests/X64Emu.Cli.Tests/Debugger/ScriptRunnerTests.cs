using System.Text;
using X64Emu.Cli.Debugger;
using Xunit;

namespace X64Emu.Cli.Tests.Debugger;

public sealed class ScriptRunnerTests
{
    [Fact]
    public void Run_ErrorInALine_GoesOn()
    {
        RecordedCommand step = new("step");
        using ConsoleSession session = new("hello", step);
        Assert.Equal("x64emu: it failed\n", session.Run("step fail", "step 1"));
        Assert.Equal(["1"], step.Calls);
    }

    [Fact]
    public void Run_ErrorWithStopOnError_EndsEverything()
    {
        RecordedCommand step = new("step");
        using ConsoleSession session = new("hello", step);
        session.Context.Script.StopsOnError = true;
        session.Run("step fail", "step 1");
        Assert.Empty(step.Calls);
        Assert.True(session.Context.Script.HasFailed);
    }

    [Fact]
    public void Run_Quit_ReadsNoFurtherLine()
    {
        using ConsoleSession session = new();
        Assert.Equal("", session.Run("quit", "help"));
        Assert.Equal(0, session.Context.RequestedExit);
    }

    [Fact]
    public void Source_FileThatCallsItself_EndsAtTheLimit()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "again.txt");
        File.WriteAllText(file, $"echo once\nsource {file}\n");
        using ConsoleSession session = new();
        Assert.Equal(string.Concat(Enumerable.Repeat("once\n", 15)) + "x64emu: command files are nested deeper than 16 levels\n", session.Run($"source {file}"));
    }

    [Fact]
    public void Source_CommentsAndBlankLines_ArePassedOver()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("a file.txt", Encoding.ASCII.GetBytes("# first\n\n  echo a\r\n\t\necho b"));
        using ConsoleSession session = new();
        Assert.Equal("a\nb\n", session.Run($"source \"{file}\""));
    }

    [Theory]
    [InlineData("nothing.txt", "nothing.txt: no such file")]
    [InlineData("/", "/ is a directory")]
    public void Source_NoFile_SaysSo(string name, string message)
    {
        using ConsoleSession session = new();
        Assert.Equal($"x64emu: {message}\n", session.Run($"source {name}"));
    }

    [Fact]
    public void Commands_OfABreakpoint_RunAtItsStops()
    {
        using ConsoleSession session = new ConsoleSession().AtProgramStart();
        string text = session.Run("break child", "commands", "silent", "echo in the child", "print/x *u8(page)", "continue", "end", "continue");
        Assert.Contains("\nin the child\n0x50\nThe program exited with status 0.\n", text, StringComparison.Ordinal);
        Assert.Equal("P\n", session.ProgramOutput);
    }

    [Fact]
    public void Commands_ForAMissingStopPoint_AreNotRun()
    {
        using ConsoleSession session = new();
        Assert.Equal("after\nx64emu: column 10: there is no stop point 7\n", session.Run("commands 7", "echo inside", "end", "echo after"));
    }
}
