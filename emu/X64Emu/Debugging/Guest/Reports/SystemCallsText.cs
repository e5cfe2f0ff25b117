using X64Emu.Debugging.Memory.Reports;

namespace X64Emu.Debugging.Guest.Reports;

/// <summary>The report <c>syscalls</c>: what the kernel itself knows of system calls, and how often each was made where somebody has counted.</summary>
public static class SystemCallsText
{
    /// <summary>Describes the system calls.</summary>
    /// <param name="guest">The kernel.</param>
    /// <param name="name">The name of a system call; null to show numbers.</param>
    /// <param name="counts">Calls made, by number; null when nobody has counted.</param>
    public static IReadOnlyList<string> Lines(GuestKernel guest, Func<int, string>? name = null, IReadOnlyDictionary<int, long>? counts = null)
    {
        ArgumentNullException.ThrowIfNull(guest);
        IReadOnlyList<int> implemented = guest.ImplementedSystemCalls;
        List<string> lines = [$"the kernel has {implemented.Count} system calls; others return ENOSYS"];
        if (counts is { Count: > 0 })
        {
            TextTable made = new(">number", "name", ">calls", "kernel");
            foreach ((int number, long calls) in counts.OrderByDescending(call => call.Value).ThenBy(call => call.Key))
                made.Add($"{number}", NameOf(number, name), $"{calls}", implemented.Contains(number) ? "has it" : "ENOSYS");
            lines.AddRange(made.Lines());
        }
        TextTable unknown = new(">number", "name", ">calls");
        foreach ((int number, ulong calls) in guest.UnknownSystemCalls) unknown.Add($"{number}", NameOf(number, name), $"{calls}");
        if (unknown.Count == 0) lines.Add("no program has made a call that it does not have");
        else lines.AddRange(["calls that it does not have, since boot:", .. unknown.Lines()]);
        return lines;
    }

    private static string NameOf(int number, Func<int, string>? name) => name?.Invoke(number) ?? "-";
}
