using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Session;
using X64Emu.Gdb.Target;

namespace X64Emu.Gdb.Handlers;

/// <summary>How a connection begins: what both sides can do, and where the target stands.</summary>
internal static class StartHandlers
{
    private const string OwnFeatures =
        "QStartNoAckMode+;multiprocess+;vContSupported+;swbreak+;hwbreak+;fork-events+;exec-events+;QCatchSyscalls+;QPassSignals+;"
        + "qXfer:features:read+;qXfer:threads:read+;qXfer:auxv:read+;qXfer:exec-file:read+;qXfer:memory-map:read+;qXfer:osdata:read+;"
        + "ReverseStep+";

    public static Dictionary<string, PacketHandler> Table { get; } = new()
    {
        ["qSupported"] = Supported,
        ["QStartNoAckMode"] = StopAcknowledging,
        ["!"] = Extend,
        ["?"] = WhyStopped,
    };

    private static string Supported(GdbSession session, PacketArguments arguments)
    {
        HashSet<string> theirs = [.. arguments.Rest.TrimStart(':').ToString().Split(';')];
        EventSelection events = session.Target.Events;
        session.HasProcesses = theirs.Contains("multiprocess+");
        events.Forks = theirs.Contains("fork-events+");
        events.Execs = theirs.Contains("exec-events+");
        return $"PacketSize={PacketReader.MaximumPayloadBytes:x};{OwnFeatures}";
    }

    private static string StopAcknowledging(GdbSession session, PacketArguments arguments)
    {
        session.WantsNoAcknowledgements = true;
        return Reply.Ok;
    }

    private static string Extend(GdbSession session, PacketArguments arguments)
    {
        session.IsExtended = true;
        return Reply.Ok;
    }

    /// <summary>A stop that gdb asks for again must not look like Ctrl-C: it is no signal of the program's.</summary>
    private static string WhyStopped(GdbSession session, PacketArguments arguments)
    {
        TargetStop stop = session.Target.LastStop;
        if (!session.Target.IsAlive) return StopReply.Of(session, stop);
        if (session.Target.Events.Attached.Count == 0) return "W00";
        return StopReply.Of(session, stop.Kind == TargetStopKind.Paused ? stop with { Kind = TargetStopKind.Step } : stop);
    }
}
