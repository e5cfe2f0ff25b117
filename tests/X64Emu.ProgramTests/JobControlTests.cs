using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>Job control of an unmodified shell at the guest's terminal.</summary>
public sealed class JobControlTests
{
    [RequiresToolFact("script", "bsdutils")]
    public void Shell_ControlZBackgroundForeground_StopsAndContinuesTheJob()
    {
        using HostTerminal terminal = new($"'{Repository.Tool}' run --root / --env TERM=dumb --env PS1='$ ' /bin/bash --norc -i", []);
        terminal.WaitFor("$ ");
        terminal.Type("cat\r");
        terminal.WaitFor("cat\r\n");
        terminal.Type("one\r");
        terminal.WaitFor("one\r\none\r\n");
        terminal.Type("\u001a");
        terminal.WaitFor("[1]+  Stopped                 cat\r\n");
        terminal.WaitFor("$ ");
        terminal.Type("bg\r");
        terminal.WaitFor("[1]+ cat &\r\n");
        terminal.WaitFor("$ ");
        // In the background it stops again as soon as it reads.
        terminal.Type("sleep 1\r");
        terminal.WaitFor("[1]+  Stopped                 cat\r\n");
        terminal.WaitFor("$ ");
        terminal.Type("fg\r");
        terminal.WaitFor("cat\r\n");
        terminal.Type("two\r");
        terminal.WaitFor("two\r\ntwo\r\n");
        terminal.Type("\u0004");
        terminal.WaitFor("$ ");
        terminal.Type("echo status $?\r");
        terminal.WaitFor("status 0\r\n");
        terminal.Type("exit 4\r");
        Assert.Equal(4, terminal.ExitStatus());
    }
}
