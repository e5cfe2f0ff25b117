using System.Runtime.InteropServices;
using X64Emu.Cli.Terminal;
using Xunit;

namespace X64Emu.Cli.Tests.Terminal;

public sealed partial class StopSignalsTests
{
    [UnixFact]
    public void Raise_HangUp_CallsBackWithItsExitStatus()
    {
        using ManualResetEventSlim called = new();
        int status = 0;
        using StopSignals signals = new(exitStatus =>
        {
            status = exitStatus;
            called.Set();
        });
        Assert.Equal(0, Kill(Environment.ProcessId, 1));
        Assert.True(called.Wait(TimeSpan.FromSeconds(10)));
        Assert.Equal(129, status);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
