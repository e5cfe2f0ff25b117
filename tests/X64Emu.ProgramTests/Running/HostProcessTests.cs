using Xunit;

namespace X64Emu.ProgramTests.Running;

public sealed class HostProcessTests
{
    [NativeFact]
    public void Run_ProgramThatLeavesAChildWithItsOutput_EndsInTime() =>
        Assert.Throws<TimeoutException>(() => HostProcess.Run("/bin/sh", ["-c", "sleep 3 & echo started"], timeout: TimeSpan.FromMilliseconds(200)));

    [NativeFact]
    public void Run_ProgramThatReadsNothing_EndsInTime() =>
        Assert.Throws<TimeoutException>(() => HostProcess.Run("/bin/sleep", ["3"], new string('x', 1 << 20), TimeSpan.FromMilliseconds(200)));
}
