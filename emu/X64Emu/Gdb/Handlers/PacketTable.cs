using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Session;

namespace X64Emu.Gdb.Handlers;

/// <summary>Answers one kind of packet.</summary>
/// <param name="session">The connection.</param>
/// <param name="arguments">What stands behind the packet's name.</param>
/// <returns>The reply, or null when the answer comes later: the packet resumes the target.</returns>
internal delegate string? PacketHandler(GdbSession session, PacketArguments arguments);

/// <summary>All packets that are understood, by name.</summary>
internal static class PacketTable
{
    private const string NameEnds = ":;,";
    private static readonly Dictionary<string, PacketHandler> handlers = Build();

    /// <summary>Answers a packet; an empty reply for those that are not understood.</summary>
    /// <returns>The reply, or null when the target is to be resumed first.</returns>
    public static string? Handle(GdbSession session, string packet)
    {
        string name = NameOf(packet);
        if (!handlers.TryGetValue(name, out PacketHandler? handler)) return Reply.Unsupported;
        return handler(session, new PacketArguments(packet[name.Length..]));
    }

    /// <summary>Packets that begin with q, Q or v have words for names, those that run backwards two characters, all others one.</summary>
    private static string NameOf(string packet)
    {
        if (packet.Length == 0) return "";
        if (packet is "bs" or "bc") return packet;
        if (packet[0] is not ('q' or 'Q' or 'v')) return packet[..1];
        int end = packet.AsSpan().IndexOfAny(NameEnds);
        return end < 0 ? packet : packet[..end];
    }

    private static Dictionary<string, PacketHandler> Build()
    {
        Dictionary<string, PacketHandler> table = [];
        foreach (IReadOnlyDictionary<string, PacketHandler> part in (IReadOnlyDictionary<string, PacketHandler>[])
            [
                StartHandlers.Table, ThreadHandlers.Table, RegisterHandlers.Table, MemoryHandlers.Table, StopPointHandlers.Table, ResumeHandlers.Table,
                ProcessHandlers.Table, EventHandlers.Table, ObjectHandlers.Table, FileHandlers.Table, MonitorHandlers.Table,
            ])
        {
            foreach ((string name, PacketHandler handler) in part) table.Add(name, handler);
        }
        return table;
    }
}
