using System.Globalization;
using X64Emu.Debugging.Memory.Reports;
using X64Emu.Devices;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running.Reports;

/// <summary>The report <c>faults [N]</c>: the last page faults that the guest kernel has dealt with.</summary>
public static class FaultsText
{
    /// <summary>Describes the last faults, oldest first.</summary>
    /// <param name="log">The faults.</param>
    /// <param name="most">How many at most; at least 0.</param>
    /// <param name="place">What is at an address of a process, such as main+12 at main.c:7; null to show addresses.</param>
    public static IReadOnlyList<string> Lines(FaultLog log, int most, Func<VirtualAddress, int, string>? place = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        IReadOnlyList<FaultRecord> faults = log.Recent(most);
        if (faults.Count == 0) return [log.Total == 0 ? "no page fault yet" : $"{log.Total} page faults so far"];
        TextTable table = new(">number", ">instruction", ">pid", "kind", "access", "address", "walk ended at", "rip", "in");
        foreach (FaultRecord fault in faults)
        {
            table.Add(
                Text(fault.Number), Text(fault.InstructionCount), Text(fault.Pid), GuestFaultWords.Of(fault.Kind, fault.Traits), AccessOf(fault),
                PagingWords.Full(fault.Address.Value), LevelOf(fault), PagingWords.Hex(fault.Rip.Value), place?.Invoke(fault.Rip, fault.Pid) ?? "");
        }
        return [.. table.Lines(), $"{faults.Count} of {log.Total} page faults"];
    }

    private static string AccessOf(FaultRecord fault)
    {
        string access = fault.Access switch
        {
            FaultAccess.Write => "write",
            FaultAccess.Execute => "exec",
            _ => "read",
        };
        return (fault.Traits & GuestFaultTraits.FromKernel) != 0 ? $"{access} by kernel" : access;
    }

    private static string LevelOf(FaultRecord fault)
    {
        if (fault.FailedLevel is not { } level) return "-";
        string why = fault.ErrorCode switch
        {
            null => "",
            { IsReserved: true } => ", reserved bits",
            { IsPresent: true } => ", no right",
            _ => ", not present",
        };
        return PagingWords.Level(level) + why;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
