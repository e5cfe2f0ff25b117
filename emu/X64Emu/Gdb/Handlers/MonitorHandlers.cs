using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Session;

namespace X64Emu.Gdb.Handlers;

/// <summary>gdb's `monitor` command.</summary>
internal static class MonitorHandlers
{
    /// <summary>What fits into one reply, as hexadecimal.</summary>
    private const int MaximumCharacters = PacketReader.MaximumPayloadBytes / 4;

    public static Dictionary<string, PacketHandler> Table { get; } = new() { ["qRcmd"] = Run };

    private static string Run(GdbSession session, PacketArguments arguments)
    {
        if (!arguments.Skip(',') || !Hex.TryDecodeText(arguments.Rest, out string command)) return Reply.Malformed;
        string text = string.Join('\n', session.Target.Monitor(session.GeneralPid, command));
        if (text.Length == 0) return Reply.Ok;
        if (text.Length > MaximumCharacters) text = $"{text[..MaximumCharacters]}\n(cut here: the answer is too long for one packet)";
        return Hex.EncodeText(text + "\n");
    }
}
