using X64Emu.Cli.Debugger.Stops;
using X64Emu.Cpu;
using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Stop points in words.</summary>
internal static class StopPointText
{
    /// <summary>Number, kind and place in one line.</summary>
    public static string Describe(StopPoint point, PlaceNames names) =>
        $"{(point.IsTemporary ? "Temporary " + Kind(point).ToLowerInvariant() : Kind(point))} {point.Number}: {Where(point, names)}";

    /// <summary>The lines of a list: what it is, and below it condition, counts and commands.</summary>
    public static IEnumerable<string> Lines(StopPoint point, PlaceNames names)
    {
        yield return $"{point.Number,-4}{(point.IsEnabled ? "on " : "off")} {(point.IsTemporary ? "temporary " : "")}{Kind(point).ToLowerInvariant()} {Where(point, names)}";
        if (point.ConditionText is { } condition) yield return $"        if {condition}";
        if (point.HitCount > 0) yield return $"        hit {point.HitCount} time{(point.HitCount == 1 ? "" : "s")}";
        if (point.IgnoreCount > 0) yield return $"        ignores {point.IgnoreCount} more";
        foreach (string command in point.Commands) yield return $"        > {command}";
    }

    private static string Kind(StopPoint point) => point switch
    {
        Breakpoint => "Breakpoint",
        Watchpoint => "Watchpoint",
        _ => "Catchpoint",
    };

    private static string Where(StopPoint point, PlaceNames names)
    {
        string what = point switch
        {
            Breakpoint { Physical: { } physical } => $"at physical {physical}",
            Breakpoint breakpoint => "at " + string.Join(" and ", breakpoint.Addresses.Select(names.Describe)),
            Watchpoint watchpoint => Range(watchpoint, names),
            _ => point.Label ?? "",
        };
        return point.Pid is { } pid ? $"{what}, pid {pid}" : what;
    }

    private static string Range(Watchpoint point, PlaceNames names)
    {
        string access = point.Access switch
        {
            WatchAccess.Read => "reads of",
            WatchAccess.Write => "writes to",
            _ => "accesses to",
        };
        string place = point.Physical is { } physical ? $"physical {physical}" : names.Describe(point.Start!.Value);
        return $"{access} {point.LengthBytes} byte{(point.LengthBytes == 1 ? "" : "s")} at {place}";
    }
}
