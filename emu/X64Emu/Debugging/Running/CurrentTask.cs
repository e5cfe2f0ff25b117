using X64Emu.Devices;

namespace X64Emu.Debugging.Running;

/// <summary>Which process and thread have the processor: as the kernel's own memory says where that can be read, else by what it reports.</summary>
internal sealed class CurrentTask
{
    /// <summary>Reads the running process and thread out of the kernel's memory; null where that is not possible.</summary>
    public Func<(int Pid, int Tid)?> Kernel { get; set; } = () => null;

    /// <summary>The process and the thread that run; what is not known is null.</summary>
    public (int? Pid, int? Tid) Ids => Kernel() is { } ids ? ids : (ReportedPid, null);

    /// <summary>The process that runs.</summary>
    public int? Pid => Ids.Pid;

    /// <summary>The process that ran last, by the kernel's reports alone: kernel threads and the idle loop do not count.</summary>
    public int? ReportedPid { get; private set; }

    public void Reported(in GuestTraceRecord record)
    {
        if (record.Kind is GuestTraceKind.ContextSwitch or GuestTraceKind.Exec) ReportedPid = (int)record.ProcessId;
    }
}
