using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Session;
using X64Emu.Gdb.Target;

namespace X64Emu.Gdb.Handlers;

/// <summary>Which threads there are, and which one the next packets mean.</summary>
internal static class ThreadHandlers
{
    /// <summary>Threads in one reply: each takes at most 20 characters.</summary>
    private const int ThreadsPerReply = 1024;

    public static Dictionary<string, PacketHandler> Table { get; } = new()
    {
        ["H"] = Select,
        ["T"] = IsAlive,
        ["qC"] = Current,
        ["qfThreadInfo"] = FirstThreads,
        ["qsThreadInfo"] = NextThreads,
        ["qThreadExtraInfo"] = Describe,
    };

    private static string Select(GdbSession session, PacketArguments arguments)
    {
        if (!arguments.TryCharacter(out char operation) || !arguments.TryThread(out ThreadSelector selector)) return Reply.Malformed;
        if (operation == 'c') session.Resumed = selector;
        else if (operation != 'g') return Reply.Unsupported;
        else if (selector.IsOneThread && session.Find(selector) is null) return Reply.NoProcess;
        else session.General = selector;
        return Reply.Ok;
    }

    private static string IsAlive(GdbSession session, PacketArguments arguments)
    {
        if (!arguments.TryThread(out ThreadSelector selector)) return Reply.Malformed;
        return session.VisibleThreads.Any(thread => selector.Covers(thread.Id)) ? Reply.Ok : Reply.NoProcess;
    }

    private static string Current(GdbSession session, PacketArguments arguments) =>
        session.GeneralThread is { } thread && session.Target.Events.Attached.Contains(thread.Pid) ? $"QC{session.Format(thread)}" : Reply.Unsupported;

    private static string FirstThreads(GdbSession session, PacketArguments arguments)
    {
        session.UnlistedThreads = new(session.VisibleThreads.Select(thread => thread.Id));
        return NextThreads(session, arguments);
    }

    private static string NextThreads(GdbSession session, PacketArguments arguments)
    {
        if (session.UnlistedThreads.Count == 0) return "l";
        List<string> names = [];
        while (names.Count < ThreadsPerReply && session.UnlistedThreads.TryDequeue(out GuestThreadId thread)) names.Add(session.Format(thread));
        return $"m{string.Join(',', names)}";
    }

    private static string Describe(GdbSession session, PacketArguments arguments)
    {
        if (!arguments.Skip(',') || !arguments.TryThread(out ThreadSelector selector)) return Reply.Malformed;
        foreach (TargetThread thread in session.VisibleThreads)
        {
            if (selector.Covers(thread.Id)) return Hex.EncodeText($"{thread.Name}, {thread.State}");
        }
        return Reply.NoProcess;
    }
}
