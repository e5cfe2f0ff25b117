using X64Emu.Cli.Debugger;
using Xunit;

namespace X64Emu.Cli.Tests.Debugger;

public sealed class RunControlCommandTests : IDisposable
{
    private readonly ConsoleSession session = new ConsoleSession().AtProgramStart();

    public void Dispose() => session.Dispose();

    [Fact]
    public void Step_AtAnUnmappedPage_EntersTheKernel()
    {
        string text = session.Run("step");
        Assert.StartsWith("pid 2 kernel", text, StringComparison.Ordinal);
        Assert.Contains("cs ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void StepUser_ThroughFaults_StaysInTheProgram()
    {
        string text = session.Run("stepuser 2");
        Assert.StartsWith("pid 2 user", text, StringComparison.Ordinal);
        Assert.Equal("0x40100c", session.Run("print/x rip").Trim());
    }

    [Fact]
    public void Next_OverASystemCall_EndsBehindIt()
    {
        session.Run("next 2");
        Assert.Equal("0x40100c", session.Run("print/x rip").Trim());
        session.Run("n");
        Assert.Equal("0x40100e", session.Run("print/x rip").Trim());
    }

    [Fact]
    public void Until_Symbol_StopsThere()
    {
        session.Run("until parent");
        Assert.Equal("0x401024 parent (two-faults.S:25)", session.Run("print/a rip").Trim());
    }

    [Fact]
    public void Continue_ToTheEnd_ReportsTheExitStatus()
    {
        Assert.Equal("The program exited with status 0.\n", session.Run("continue"));
        Assert.Equal("x64emu: the guest has ended; 'run' starts it again, 'icount N' goes back\n", session.Run("step"));
    }

    [Fact]
    public void InstructionCount_Back_IsTheSameMoment()
    {
        session.Run("next 3", "set $then = $icount", "set $rax = rax", "next", "set rbx = 5");
        string there = session.Run("icount $then");
        Assert.Contains("0x40100e", there, StringComparison.Ordinal);
        Assert.Equal("0x0", session.Run("print/x rbx").Trim());
    }

    [Fact]
    public void InstructionCount_BackFromTheEnd_ShowsOutputOnce()
    {
        session.Run("set $then = $icount", "continue");
        session.Run("icount $then + 100");
        Assert.Equal("P\n", session.ProgramOutput);
        Assert.Equal("The program exited with status 0.\n", session.Run("continue"));
    }

    [Fact]
    public void Run_AfterTheEnd_StartsOver()
    {
        session.Run("continue");
        string text = session.Run("run");
        Assert.StartsWith("The program is about to run its first instruction.\npid 2 user", text, StringComparison.Ordinal);
        session.Run("continue");
        Assert.Equal("P\nP\n", session.ProgramOutput);
    }

    [Fact]
    public void Kill_Machine_CanStillBeLookedAt()
    {
        Assert.Equal("The machine was ended.\n", session.Run("kill"));
        Assert.Equal("0x401000\n", session.Run("print/x rip"));
    }

    [Fact]
    public void Quit_AfterTheEnd_HasTheProgramsStatus()
    {
        using ConsoleSession dies = new ConsoleSession("null-write").AtProgramStart();
        Assert.Equal("The program was ended by SIGSEGV.\n", dies.Run("continue", "quit"));
        Assert.Equal(139, dies.Context.RequestedExit);
    }

    [Fact]
    public void Script_AtTheKernelsStart_HasNoProcess()
    {
        using ConsoleSession kernel = new(new DebuggerSettings { StartsInKernel = true }, "hello");
        Assert.StartsWith("kernel  ", kernel.Run("where"), StringComparison.Ordinal);
    }
}
