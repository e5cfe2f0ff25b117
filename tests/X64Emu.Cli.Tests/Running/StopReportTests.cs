using X64Emu.Cli.Running;
using X64Emu.Devices;
using Xunit;

namespace X64Emu.Cli.Tests.Running;

public sealed class StopReportTests
{
    [Theory]
    [InlineData(PcStopReason.DebugExit, 0u, 0)]
    [InlineData(PcStopReason.DebugExit, 139u, 139)]
    [InlineData(PcStopReason.DebugExit, 0x100u, 3)]
    [InlineData(PcStopReason.Reset, 0u, 3)]
    [InlineData(PcStopReason.TripleFault, 0u, 3)]
    [InlineData(PcStopReason.HaltedForever, 0u, 3)]
    [InlineData(PcStopReason.InstructionLimit, 0u, 4)]
    [InlineData(PcStopReason.Requested, 0u, 143)]
    public void ExitStatus_EachEnd_IsAsDocumented(PcStopReason reason, uint value, int status) =>
        Assert.Equal(status, StopReport.ExitStatus(new PcStop(reason, value), requestedStatus: 143));

    [Fact]
    public void Message_ProgramsOwnEnd_IsNone()
    {
        using PcMachine machine = new(new PcMachineOptions { Machine = new MachineOptions { MemoryBytes = 1 << 20 } });
        Assert.Null(StopReport.Message(new PcStop(PcStopReason.DebugExit, 7), machine));
        Assert.NotNull(StopReport.Message(new PcStop(PcStopReason.DebugExit, 0x107), machine));
    }
}
