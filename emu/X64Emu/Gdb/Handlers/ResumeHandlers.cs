using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Session;
using X64Emu.Gdb.Target;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Handlers;

/// <summary>Lets the target go on. The reply is the next stop, which the connection's loop sends.</summary>
/// <remarks>The guest kernel delivers signals itself, so the signals in these packets are neither added nor kept back.</remarks>
internal static class ResumeHandlers
{
    public static Dictionary<string, PacketHandler> Table { get; } = new()
    {
        ["vCont?"] = (_, _) => "vCont;c;C;s;S;r",
        ["vCont"] = Continue,
        ["c"] = (session, arguments) => Old(session, arguments, ResumeKind.Continue, hasSignal: false),
        ["C"] = (session, arguments) => Old(session, arguments, ResumeKind.Continue, hasSignal: true),
        ["s"] = (session, arguments) => Old(session, arguments, ResumeKind.Step, hasSignal: false),
        ["S"] = (session, arguments) => Old(session, arguments, ResumeKind.Step, hasSignal: true),
        ["bs"] = (session, _) => Resume(session, ResumeKind.StepBack, session.Resumed),
        ["bc"] = (_, _) => Reply.Error("the machine cannot run backwards to a stop; reverse-stepi goes back by one instruction"),
    };

    /// <summary>The machine runs as a whole, so the first action that steps a thread decides; without one, the target continues.</summary>
    private static string? Continue(GdbSession session, PacketArguments arguments)
    {
        ResumeRequest? step = null;
        bool isAny = false;
        while (arguments.Skip(';'))
        {
            if (!TryAction(session, arguments, out ResumeRequest? request)) return Reply.Malformed;
            step ??= request is { Kind: not ResumeKind.Continue } ? request : null;
            isAny = true;
        }
        if (!isAny || !arguments.IsAtEnd) return Reply.Malformed;
        return step is { } wanted ? Resume(session, wanted) : Resume(session, ResumeKind.Continue, ThreadSelector.Any);
    }

    private static bool TryAction(GdbSession session, PacketArguments arguments, out ResumeRequest? request)
    {
        request = null;
        ulong start = 0, end = 0;
        if (!arguments.TryCharacter(out char action)) return false;
        bool isWhole = action switch
        {
            'c' or 's' => true,
            'C' or 'S' => arguments.TryInt32(out _),
            'r' => arguments.TryNumber(out start) && arguments.Skip(',') && arguments.TryNumber(out end),
            _ => false,
        };
        ThreadSelector selector = ThreadSelector.Any;
        if (!isWhole || (arguments.Skip(':') && !arguments.TryThread(out selector))) return false;
        if (session.Find(selector) is not { } thread) return action is 'c' or 'C';
        request = new ResumeRequest(
            action switch { 's' or 'S' => ResumeKind.Step, 'r' => ResumeKind.StepRange, _ => ResumeKind.Continue },
            thread,
            new VirtualAddress(start),
            new VirtualAddress(end));
        return true;
    }

    private static string? Old(GdbSession session, PacketArguments arguments, ResumeKind kind, bool hasSignal)
    {
        if (hasSignal && (!arguments.TryInt32(out _) || (!arguments.IsAtEnd && !arguments.Skip(';')))) return Reply.Malformed;
        if (!arguments.IsAtEnd)
        {
            if (!arguments.TryNumber(out ulong address) || !arguments.IsAtEnd) return Reply.Malformed;
            if (session.Find(session.Resumed) is not { } thread || session.Target.ReadRegisters(thread) is not { } values) return Reply.NoProcess;
            values.Rip = new VirtualAddress(address);
            if (!session.Target.WriteRegisters(thread, values)) return Reply.BadAddress;
        }
        return Resume(session, kind, session.Resumed);
    }

    private static string? Resume(GdbSession session, ResumeKind kind, ThreadSelector selector) =>
        session.Find(selector) is { } thread ? Resume(session, new ResumeRequest(kind, thread)) : Reply.NoProcess;

    private static string? Resume(GdbSession session, ResumeRequest request)
    {
        if (!session.Target.IsAlive || session.Target.Events.Attached.Count == 0) return Reply.NoProcess;
        session.PendingResume = request;
        return null;
    }
}
