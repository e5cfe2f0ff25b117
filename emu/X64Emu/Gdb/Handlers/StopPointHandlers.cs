using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Session;
using X64Emu.Gdb.Target;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Handlers;

/// <summary>Breakpoints and watchpoints: Z0 to Z4, in the chosen process.</summary>
internal static class StopPointHandlers
{
    public static Dictionary<string, PacketHandler> Table { get; } = new()
    {
        ["Z"] = Insert,
        ["z"] = Remove,
    };

    private static string Insert(GdbSession session, PacketArguments arguments)
    {
        if (Read(session, arguments) is not { } point) return Reply.Malformed;
        if (!Enum.IsDefined(point.Kind)) return Reply.Unsupported;
        return session.Target.IsAlive && session.Target.Insert(point) ? Reply.Ok : Reply.NoSpace;
    }

    private static string Remove(GdbSession session, PacketArguments arguments)
    {
        if (Read(session, arguments) is not { } point) return Reply.Malformed;
        if (!Enum.IsDefined(point.Kind)) return Reply.Unsupported;
        session.Target.Remove(point);
        return Reply.Ok;
    }

    /// <summary>Conditions and commands that may follow are not offered, so gdb sends none.</summary>
    private static TargetPoint? Read(GdbSession session, PacketArguments arguments)
    {
        bool isWhole = arguments.TryInt32(out int kind) & arguments.Skip(',') & arguments.TryNumber(out ulong address) & arguments.Skip(',')
            & arguments.TryNumber(out ulong lengthBytes);
        return isWhole ? new TargetPoint((TargetPointKind)kind, session.GeneralPid, new VirtualAddress(address), lengthBytes) : null;
    }
}
