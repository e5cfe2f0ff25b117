using System.Globalization;
using System.Text;
using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Registers;
using X64Emu.Gdb.Target;

namespace X64Emu.Gdb.Session;

/// <summary>Tells gdb where and why the target stands ("Stop Reply Packets").</summary>
internal static class StopReply
{
    private static readonly int[] expedited = [.. new[] { "rbp", "rsp", "rip" }.Select(RegisterLayout.NumberOf)];

    /// <summary>The reply for a stop.</summary>
    public static string Of(GdbSession session, TargetStop stop)
    {
        string process = session.HasProcesses ? $";process:{Hex.Number((ulong)stop.Thread.Pid)}" : "";
        return stop.Kind switch
        {
            TargetStopKind.Exited => $"W{stop.Number & 0xff:x2}{process}",
            TargetStopKind.Terminated => $"X{SignalNumbers.ToGdb(stop.Number):x2}{process}",
            _ => Stopped(session, stop),
        };
    }

    private static string Stopped(GdbSession session, TargetStop stop)
    {
        int signal = stop.Kind switch
        {
            TargetStopKind.Paused => SignalNumbers.GdbInterrupt,
            TargetStopKind.Signal => SignalNumbers.ToGdb(stop.Number),
            _ => SignalNumbers.GdbTrap,
        };
        StringBuilder reply = new();
        reply.Append(CultureInfo.InvariantCulture, $"T{signal:x2}");
        if (Reason(session, stop) is { Length: > 0 } reason) reply.Append(reason).Append(';');
        reply.Append(CultureInfo.InvariantCulture, $"thread:{session.Format(stop.Thread)};core:0;");
        if (session.Target.ReadRegisters(stop.Thread) is { } values)
        {
            foreach (int number in expedited) reply.Append(CultureInfo.InvariantCulture, $"{number:x2}:{Hex.Encode(RegisterLayout.Read(values, number))};");
        }
        return reply.ToString();
    }

    private static string Reason(GdbSession session, TargetStop stop) => stop.Kind switch
    {
        TargetStopKind.StopPoint => PointReason(stop.Point),
        TargetStopKind.Fork => $"fork:{session.Format(stop.Child)}",
        TargetStopKind.Exec => $"exec:{Hex.EncodeText(stop.Path)}",
        TargetStopKind.SystemCallEntry => $"syscall_entry:{Hex.Number((ulong)stop.Number)}",
        TargetStopKind.SystemCallReturn => $"syscall_return:{Hex.Number((ulong)stop.Number)}",
        _ => "",
    };

    private static string PointReason(TargetPoint point) => point.Kind switch
    {
        TargetPointKind.SoftwareBreakpoint => "swbreak:",
        TargetPointKind.HardwareBreakpoint => "hwbreak:",
        TargetPointKind.WriteWatchpoint => $"watch:{Hex.Number(point.Address.Value)}",
        TargetPointKind.ReadWatchpoint => $"rwatch:{Hex.Number(point.Address.Value)}",
        _ => $"awatch:{Hex.Number(point.Address.Value)}",
    };
}
