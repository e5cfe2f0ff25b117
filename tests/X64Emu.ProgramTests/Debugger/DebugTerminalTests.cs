using System.Text.RegularExpressions;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugger;

/// <summary>The debugger as somebody at a terminal sees it.</summary>
[Collection(TerminalCollection.Name)]
public sealed partial class DebugTerminalTests : IDisposable
{
    private readonly string state = Directory.CreateTempSubdirectory("x64emu-state").FullName;

    public void Dispose() => Directory.Delete(state, recursive: true);

    [RequiresToolFact(DebugTerminal.Tool, DebugTerminal.Package)]
    public void Prompt_ShowsProcessModeAndCount()
    {
        using DebugTerminal terminal = Open(Repository.Sample("two-faults"));
        terminal.Type("step\r");
        terminal.WaitFor("(pid 2 kernel ");
        terminal.Type("continue\r");
        terminal.WaitFor("The program exited with status 0.");
        terminal.WaitFor("(ended)");
        terminal.Type("quit\r");
        Assert.Equal(0, terminal.ExitStatus());
    }

    [RequiresToolFact(DebugTerminal.Tool, DebugTerminal.Package)]
    public void NoColor_Set_LeavesColoursOut()
    {
        using DebugTerminal plain = new(Repository.Sample("two-faults"), state, hasColour: false), coloured = new(Repository.Sample("two-faults"), state);
        foreach (DebugTerminal terminal in (DebugTerminal[])[plain, coloured])
        {
            terminal.WaitFor("(pid 2 user ");
            terminal.Type("where\r");
            terminal.WaitFor("(pid 2 user ");
            terminal.Type("quit\r");
            terminal.ExitStatus();
        }
        Assert.DoesNotMatch(Colour(), plain.Screen);
        Assert.Matches(Colour(), coloured.Screen);
    }

    [RequiresToolFact(DebugTerminal.Tool, DebugTerminal.Package)]
    public void History_OfAnEarlierSession_ComesBackWithTheArrow()
    {
        using (DebugTerminal first = new(Repository.Sample("two-faults"), state, hasColour: false))
        {
            first.WaitFor("(pid 2 user ");
            first.Type("print 1000\r");
            first.WaitFor("0x3e8  1000");
        }
        using DebugTerminal second = new(Repository.Sample("two-faults"), state, hasColour: false);
        second.WaitFor("(pid 2 user ");
        second.Type("\u001b[A\r");
        second.WaitFor("0x3e8  1000");
    }

    [RequiresToolFact(DebugTerminal.Tool, DebugTerminal.Package)]
    public void Tab_CompletesCommandsAndSymbols_AndListsChoices()
    {
        using DebugTerminal terminal = Open(Repository.Sample("two-faults"));
        terminal.Type("tbr\tchil\t\r");
        terminal.WaitFor("Temporary breakpoint 1: at 0x401014 child");
        terminal.WaitFor("(pid 2 user ");
        terminal.Type("ste\t\t");
        terminal.WaitFor("step      stepline  stepuser");
    }

    [RequiresToolFact(DebugTerminal.Tool, DebugTerminal.Package)]
    public void ControlC_AtThePrompt_CancelsTheLine()
    {
        using DebugTerminal terminal = Open(Repository.Sample("two-faults"));
        terminal.Type("print 77\u0003print 1000\r");
        terminal.WaitFor("0x3e8  1000");
        Assert.DoesNotContain("0x4d", terminal.Screen, StringComparison.Ordinal);
    }

    [RequiresToolFact(DebugTerminal.Tool, DebugTerminal.Package)]
    public void ControlC_WhileTheGuestRuns_StopsItAndKeysGoWhereTheyBelong()
    {
        using DebugTerminal terminal = Open(CompiledProgram.Glibc("read-lines"));
        terminal.Type("continue\r");
        terminal.WaitFor("ready");
        terminal.Type("one\r");
        terminal.WaitFor("1: one");
        terminal.Type("\u0003");
        terminal.WaitFor("Interrupted.");
        terminal.WaitFor("(");
        terminal.Type("print 1000\r");
        terminal.WaitFor("0x3e8  1000");
        terminal.Type("continue\r");
        terminal.Type("two\r");
        terminal.WaitFor("2: two");
        terminal.Type("\u0004");
        terminal.WaitFor("The program exited with status 0.");
    }

    [RequiresToolFact(DebugTerminal.Tool, DebugTerminal.Package)]
    public void TypedInput_AfterGoingBack_IsThere()
    {
        using DebugTerminal terminal = Open(CompiledProgram.Glibc("read-lines"));
        terminal.Type("continue\r");
        terminal.WaitFor("ready");
        terminal.Type("one\r");
        terminal.WaitFor("1: one");
        terminal.Type("\u0003");
        terminal.WaitFor("Interrupted.");
        terminal.Type("set $now = $icount\r");
        terminal.Type("icount 100000\r");
        terminal.WaitFor(" 100,000)");
        terminal.Type("icount $now\r");
        terminal.WaitFor("(");
        terminal.Type("continue\r");
        terminal.Type("\u0004");
        terminal.WaitFor("The program exited with status 0.");
    }

    [RequiresToolFact(DebugTerminal.Tool, DebugTerminal.Package)]
    public void ControlD_OnAnEmptyLine_Quits()
    {
        using DebugTerminal terminal = Open(Repository.Sample("two-faults"));
        terminal.Type("\u0004");
        Assert.Equal(0, terminal.ExitStatus());
    }

    /// <summary>A debugger without colours at its first prompt.</summary>
    private DebugTerminal Open(string program)
    {
        DebugTerminal terminal = new(program, state, hasColour: false);
        terminal.WaitFor("(pid 2 user ");
        return terminal;
    }

    [GeneratedRegex("\u001b\\[[0-9;]*[0-9]m")]
    private static partial Regex Colour();
}
