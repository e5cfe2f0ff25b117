using X64Emu.Debugging.Memory.Reports;

namespace X64Emu.Debugging.Guest.Reports;

/// <summary>The report <c>ps</c>: all processes.</summary>
public static class ProcessesText
{
    /// <summary>Describes the processes; '*' marks the one on the CPU.</summary>
    public static IReadOnlyList<string> Lines(GuestKernel guest)
    {
        ArgumentNullException.ThrowIfNull(guest);
        int? current = guest.CurrentIds?.Pid;
        TextTable table = new("", ">pid", ">ppid", "state", "name", ">threads", ">resident", ">minflt", ">majflt", "CR3", "signals", "program");
        foreach (GuestProcess process in guest.Processes)
        {
            table.Add(
                process.Pid == current ? "*" : "", Signed(process.Pid), Signed(process.ParentPid), StateOf(process), process.Name,
                PagingWords.Number((ulong)process.Threads.Count), PagingWords.Size(process.ResidentPages << 12), PagingWords.Number(process.MinorFaults),
                PagingWords.Number(process.MajorFaults), process.Cr3 is { } cr3 ? PagingWords.Hex(cr3) : "-", SignalNames.OfMask(process.PendingSignals),
                process.ExecutablePath ?? (process.IsKernel ? "(kernel)" : "-"));
        }
        if (table.Count == 0) return ["the kernel has no processes yet"];
        return [.. table.Lines(), $"{guest.FrameCounts.Free} of {guest.FrameCounts.Total} frames are free{(current == 0 ? "; the CPU idles" : "")}"];
    }

    private static string StateOf(GuestProcess process)
    {
        string letter = $"{(char)process.State}";
        return process.State switch
        {
            GuestProcessState.Running => $"{letter} running",
            GuestProcessState.Sleeping => $"{letter} sleeping",
            GuestProcessState.Uninterruptible => $"{letter} waiting",
            GuestProcessState.Stopped => $"{letter} stopped",
            _ => $"{letter} zombie, {Ending(process.ExitStatus)}",
        };
    }

    /// <summary>A wait status in words (wait(2)): low 7 bits the signal, else the next 8 the exit status.</summary>
    private static string Ending(int status) => (status & 0x7f) == 0 ? $"exit status {status >> 8 & 0xff}" : $"by {SignalNames.Of(status & 0x7f)}";

    private static string Signed(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
