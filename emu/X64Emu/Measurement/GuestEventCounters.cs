using X64Emu.Devices;

namespace X64Emu.Measurement;

/// <summary>Counts what the guest kernel reports through the trace port, from the machine's start on.</summary>
public sealed class GuestEventCounters : IGuestTraceListener
{
    private readonly long[] faultsByKind = new long[(int)GuestFaultKind.SwapIn + 1];

    /// <summary>Page faults at user addresses that the kernel dealt with, in whatever way.</summary>
    public long PageFaults { get; private set; }

    /// <summary>Those that were resolved without reading from a device.</summary>
    public long MinorFaults { get; private set; }

    /// <summary>Those that were resolved by reading from a device.</summary>
    public long MajorFaults { get; private set; }

    /// <summary>Page faults that happened in the kernel, as when a system call copies to or from user memory.</summary>
    public long KernelModeFaults { get; private set; }

    /// <summary>Changes from one process to another.</summary>
    public long ContextSwitches { get; private set; }

    /// <summary>Programs started.</summary>
    public long Execs { get; private set; }

    /// <summary>Processes born.</summary>
    public long Forks { get; private set; }

    /// <summary>Processes that ended.</summary>
    public long Exits { get; private set; }

    /// <summary>Page faults that were resolved in one way.</summary>
    public long FaultsOf(GuestFaultKind kind) => (ulong)kind < (ulong)faultsByKind.Length ? faultsByKind[(int)kind] : 0;

    /// <inheritdoc/>
    public void Reported(in GuestTraceRecord record)
    {
        switch (record.Kind)
        {
            case GuestTraceKind.PageFault: CountFault(record); break;
            case GuestTraceKind.ContextSwitch: ContextSwitches++; break;
            case GuestTraceKind.Exec: Execs++; break;
            case GuestTraceKind.Exit: Exits++; break;
            case GuestTraceKind.Fork: Forks++; break;
            default: break;
        }
    }

    private void CountFault(in GuestTraceRecord record)
    {
        GuestFaultKind kind = (GuestFaultKind)record.Argument0;
        GuestFaultTraits traits = (GuestFaultTraits)record.Argument1;
        PageFaults++;
        if (traits.HasFlag(GuestFaultTraits.FromKernel)) KernelModeFaults++;
        // As on Linux, a fault that ends in a signal is neither minor nor major.
        if (kind != GuestFaultKind.Killed && traits.HasFlag(GuestFaultTraits.Major)) MajorFaults++;
        else if (kind != GuestFaultKind.Killed) MinorFaults++;
        if ((ulong)kind < (ulong)faultsByKind.Length) faultsByKind[(int)kind]++;
    }
}
