using System.Diagnostics;

namespace X64Emu.Cli.Reports;

/// <summary>Measures what a run costs the host.</summary>
internal sealed class HostStopwatch
{
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly TimeSpan startUser;
    private readonly TimeSpan startSystem;

    private HostStopwatch()
    {
        using Process self = Process.GetCurrentProcess();
        startUser = self.UserProcessorTime;
        startSystem = self.PrivilegedProcessorTime;
    }

    /// <summary>Time since <see cref="Start"/>.</summary>
    public HostTimes Elapsed
    {
        get
        {
            using Process self = Process.GetCurrentProcess();
            return new HostTimes(Stopwatch.GetElapsedTime(start), self.UserProcessorTime - startUser, self.PrivilegedProcessorTime - startSystem);
        }
    }

    /// <summary>Starts measuring.</summary>
    public static HostStopwatch Start() => new();
}
