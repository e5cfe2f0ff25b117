using System.Globalization;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>`--realtime`: the guest's time is the host's.</summary>
public sealed class RealTimeTests
{
    [NativeFact]
    public void Date_InRealTime_IsTheHosts()
    {
        DateTime before = DateTime.UtcNow;
        ProgramResult result = EmulatedProgram.Run("/usr/bin/date", ["-u", "+%s"], options: ["--realtime", "--root", "/"]);
        DateTime shown = DateTime.UnixEpoch.AddSeconds(long.Parse(result.StandardOutput, CultureInfo.InvariantCulture));
        // A PC's clock chip counts whole seconds, so the guest may be one behind.
        Assert.InRange(shown, before.AddSeconds(-2), DateTime.UtcNow);
    }

    [NativeFact]
    public void Date_InVirtualTime_IsAlwaysTheSame() =>
        Assert.Equal("2026-01-01\n", EmulatedProgram.Run("/usr/bin/date", ["-u", "+%F"], options: ["--root", "/"]).StandardOutput);

    [Fact]
    public void Input_BeforeTheGuestHasBooted_LosesNothing()
    {
        string lines = string.Concat(Enumerable.Range(1, 2_000).Select(number => $"line {number}\n"));
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc("read-lines"), standardInput: lines, options: ["--realtime"]);
        Assert.Equal("ready\n" + string.Concat(Enumerable.Range(1, 2_000).Select(number => $"{number}: line {number}\n")), result.StandardOutput);
        Assert.Equal(0, result.ExitStatus);
    }

    [RequiresToolFact("script", "bsdutils")]
    public void Shell_WhileJobsSleep_TakesKeysAndSignals()
    {
        using HostTerminal terminal = new($"'{Repository.Tool}' run --realtime --root / --env TERM=dumb --env PS1='$ ' /bin/bash --norc -i", []);
        terminal.WaitFor("$ ");
        terminal.Type("(sleep 0.5; echo the job is do'ne') &\r");
        terminal.WaitFor("the job is done\r\n");
        terminal.Type("sleep 1000\r");
        terminal.WaitFor("sleep 1000\r\n");
        terminal.Type("\u001a");
        terminal.WaitFor("Stopped                 sleep 1000\r\n");
        terminal.Type("fg\r");
        terminal.WaitFor("sleep 1000\r\n");
        terminal.Type("\u0003");
        terminal.WaitFor("$ ");
        terminal.Type("exit 7\r");
        Assert.Equal(7, terminal.ExitStatus());
    }
}
