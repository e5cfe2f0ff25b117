using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Session;

namespace X64Emu.Gdb.Handlers;

/// <summary>Which system calls and signals stop the target.</summary>
internal static class EventHandlers
{
    public static Dictionary<string, PacketHandler> Table { get; } = new()
    {
        ["QCatchSyscalls"] = CatchSystemCalls,
        ["QPassSignals"] = PassSignals,
    };

    private static string CatchSystemCalls(GdbSession session, PacketArguments arguments)
    {
        Dictionary<int, HashSet<int>> caught = session.Target.Events.SystemCalls;
        if (arguments.Skip(":0") && arguments.IsAtEnd)
        {
            caught.Remove(session.GeneralPid);
            return Reply.Ok;
        }
        if (!arguments.Skip(":1") || !TryNumbers(arguments, first: false, out HashSet<int> numbers)) return Reply.Malformed;
        caught[session.GeneralPid] = numbers;
        return Reply.Ok;
    }

    private static string PassSignals(GdbSession session, PacketArguments arguments)
    {
        if (!arguments.Skip(':') || !TryNumbers(arguments, first: true, out HashSet<int> numbers)) return Reply.Malformed;
        session.Target.Events.PassedSignals.Clear();
        session.Target.Events.PassedSignals.UnionWith(numbers.Select(SignalNumbers.ToLinux));
        return Reply.Ok;
    }

    /// <summary>Numbers with semicolons between them; with <paramref name="first"/> none stands before the first.</summary>
    private static bool TryNumbers(PacketArguments arguments, bool first, out HashSet<int> numbers)
    {
        numbers = [];
        while (!arguments.IsAtEnd)
        {
            if (!first && !arguments.Skip(';')) return false;
            if (!arguments.TryInt32(out int number)) return false;
            numbers.Add(number);
            first = false;
        }
        return true;
    }
}
