using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Session;
using X64Emu.Gdb.Target;

namespace X64Emu.Gdb.Handlers;

/// <summary>Attaching to guest processes and letting them go, ending the machine and starting it again.</summary>
internal static class ProcessHandlers
{
    private const int MaximumWords = 4096;

    public static Dictionary<string, PacketHandler> Table { get; } = new()
    {
        ["D"] = Detach,
        ["k"] = KillAll,
        ["vKill"] = Kill,
        ["vAttach"] = Attach,
        ["vRun"] = Run,
        ["R"] = Restart,
        ["qAttached"] = IsAttached,
    };

    private static string Detach(GdbSession session, PacketArguments arguments)
    {
        EventSelection events = session.Target.Events;
        if (arguments.Skip(';'))
        {
            if (!arguments.TryInt32(out int pid) || !arguments.IsAtEnd) return Reply.Malformed;
            if (!events.Attached.Remove(pid)) return Reply.NoProcess;
            events.SystemCalls.Remove(pid);
            session.Target.RemoveAll(pid);
        }
        else
        {
            events.Attached.Clear();
        }
        if (events.Attached.Count == 0)
        {
            events.SystemCalls.Clear();
            session.Target.RemoveAll(null);
            if (!session.IsExtended) session.End = ConnectionEnd.Detached;
        }
        return Reply.Ok;
    }

    /// <summary>Has no reply.</summary>
    private static string? KillAll(GdbSession session, PacketArguments arguments)
    {
        EndMachine(session);
        session.Target.Events.Attached.Clear();
        if (!session.IsExtended) session.End = ConnectionEnd.Finished;
        return null;
    }

    private static string Kill(GdbSession session, PacketArguments arguments)
    {
        if (!arguments.Skip(';') || !arguments.TryInt32(out int pid) || !arguments.IsAtEnd) return Reply.Malformed;
        if (!session.Target.IsAlive) return session.Target.Events.Attached.Remove(pid) ? Reply.Ok : Reply.NoProcess;
        if (!session.Target.Events.Attached.Contains(pid)) return Reply.NoProcess;
        if (session.Target.Threads is [var first, ..] && first.Id.Pid != pid && session.Target.Events.Attached.Count > 1)
            return Reply.Error("one process of the guest cannot be killed alone; detach it, or kill the first program");
        // The others are gone as well, but gdb kills them one by one.
        EndMachine(session);
        session.Target.Events.Attached.Remove(pid);
        return Reply.Ok;
    }

    private static string Attach(GdbSession session, PacketArguments arguments)
    {
        if (!arguments.Skip(';') || !arguments.TryInt32(out int pid) || !arguments.IsAtEnd) return Reply.Malformed;
        if (!session.Target.IsAlive || session.Find(new ThreadSelector(pid, ThreadSelector.AllNumber)) is not { } thread || pid == 0)
            return Reply.Error($"the guest has no process {pid}");
        session.Target.Events.Attached.Add(pid);
        session.General = new ThreadSelector(pid, thread.Tid);
        return StopReply.Of(session, new TargetStop(TargetStopKind.Step, thread));
    }

    private static string Run(GdbSession session, PacketArguments arguments)
    {
        List<string> words = [];
        while (arguments.Skip(';'))
        {
            if (words.Count == MaximumWords || !Hex.TryDecodeText(arguments.Until(';'), out string word) || word.Contains('\0', StringComparison.Ordinal))
                return Reply.Malformed;
            words.Add(word);
        }
        if (words.Count == 0 || !arguments.IsAtEnd) return Reply.Malformed;
        return Start(session, words, out string error) ? StopReply.Of(session, new TargetStop(TargetStopKind.Step, session.Target.LastStop.Thread)) : Reply.Error(error);
    }

    /// <summary>Has no reply, whatever happens.</summary>
    private static string? Restart(GdbSession session, PacketArguments arguments)
    {
        if (session.IsExtended) Start(session, [], out _);
        return null;
    }

    private static bool Start(GdbSession session, List<string> words, out string error)
    {
        if (!session.Target.Programs.TryStart(words, out error)) return false;
        session.Target.RemoveAll(null);
        session.General = session.Resumed = ThreadSelector.Any;
        session.Target.Events.SystemCalls.Clear();
        session.Target.Events.Attached.Clear();
        session.Target.Events.Attached.Add(session.Target.LastStop.Thread.Pid);
        return true;
    }

    /// <summary>The program was started for gdb, which therefore kills it when it leaves.</summary>
    private static string IsAttached(GdbSession session, PacketArguments arguments) => "0";

    private static void EndMachine(GdbSession session)
    {
        session.Target.RemoveAll(null);
        session.Target.Programs.Kill();
    }
}
