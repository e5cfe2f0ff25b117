using X64Emu.Devices;

namespace X64Emu.Measurement;

/// <summary>Counts what the guest kernel reports through the trace port, from the machine's start on.</summary>
public sealed class GuestEventCounters : IGuestTraceListener
{
    private const ulong VsyscallPage = 0xffff_ffff_ff60_0000 >> 12;
    private readonly long[] faultsByKind = new long[(int)Enum.GetValues<GuestFaultKind>().Max() + 1];

    /// <summary>Page faults at user addresses, the vsyscall page's among them, that the kernel dealt with in whatever way.</summary>
    public long PageFaults { get; private set; }

    /// <summary>Those that were resolved without reading from a device.</summary>
    public long MinorFaults { get; private set; }

    /// <summary>Those that were resolved by reading from a device.</summary>
    public long MajorFaults { get; private set; }

    /// <summary>Page faults that happened in the kernel, as when a system call copies to or from user memory.</summary>
    public long KernelModeFaults { get; private set; }

    /// <summary>Page faults that were about a transparent huge page.</summary>
    public long HugePageFaults { get; private set; }

    /// <summary>Page faults that were about a page of the hugetlb pool.</summary>
    public long PoolPageFaults { get; private set; }

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
        if (IsKernelAddress(record.Address)) return;
        PageFaults++;
        if (traits.HasFlag(GuestFaultTraits.Huge)) HugePageFaults++;
        if (traits.HasFlag(GuestFaultTraits.HugeTlb)) PoolPageFaults++;
        if (traits.HasFlag(GuestFaultTraits.FromKernel)) KernelModeFaults++;
        if (IsServed(kind))
        {
            if (traits.HasFlag(GuestFaultTraits.Major)) MajorFaults++;
            else MinorFaults++;
        }
        if ((ulong)kind < (ulong)faultsByKind.Length) faultsByKind[(int)kind]++;
    }

    /// <summary>As on Linux, a fault that brought no page is neither minor nor major.</summary>
    private static bool IsServed(GuestFaultKind kind) =>
        kind is not (GuestFaultKind.Killed or GuestFaultKind.Bus or GuestFaultKind.BadAddress or GuestFaultKind.Vsyscall or GuestFaultKind.OutOfMemory);

    /// <summary>A program's access to the kernel's half is no fault of its memory, and not counted on Linux either; the vsyscall page is the exception.</summary>
    private static bool IsKernelAddress(ulong address) => address >> 47 != 0 && address >> 12 != VsyscallPage;
}
