using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Cli.Debugger.Stops;
using X64Emu.Debugging.Running;
using X64Emu.Devices;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>What <c>catch</c> can catch, and how the rest of its line is read.</summary>
internal static class CatchKinds
{
    private static readonly string[] exceptionNames =
        ["DE", "DB", "NMI", "BP", "OF", "BR", "UD", "NM", "DF", "", "TS", "NP", "SS", "GP", "PF", "", "MF", "AC", "MC", "XM", "VE", "CP"];

    private static readonly Dictionary<string, Maker> makers = new(StringComparer.Ordinal)
    {
        ["syscall"] = SystemCall,
        ["exec"] = (context, arguments, text) => Process(ProcessEventKind.Exec, context, arguments, text),
        ["fork"] = (context, arguments, text) => Process(ProcessEventKind.Fork, context, arguments, text),
        ["exit"] = (context, arguments, text) => Process(ProcessEventKind.Exit, context, arguments, text),
        ["switch"] = (context, arguments, text) => Process(ProcessEventKind.Switch, context, arguments, text),
        ["exception"] = Exception,
        ["signal"] = Signal,
        ["fault"] = Fault,
    };

    /// <summary>Reads what follows the kind.</summary>
    /// <param name="context">The session.</param>
    /// <param name="arguments">What follows.</param>
    /// <param name="text">All that followed <c>catch</c>, for lists.</param>
    public delegate (Catchpoint Point, ArgumentText? Condition) Maker(DebuggerContext context, CommandArguments arguments, string text);

    /// <summary>The kinds' words.</summary>
    public static IEnumerable<string> Words => makers.Keys;

    /// <summary>The reader of a kind.</summary>
    public static bool TryFind(string kind, [NotNullWhen(true)] out Maker? maker) => makers.TryGetValue(kind, out maker);

    private static bool AtFilter(CommandArguments arguments) => arguments.IsEmpty || StopPointArguments.Keywords.Contains(arguments.NextWord);

    /// <summary>Takes the filter off the end; what stands before it is what the catchpoint is called.</summary>
    private static (StopPointArguments.Filter Filter, string Label) TakeFilter(DebuggerContext context, CommandArguments arguments, string text)
    {
        string label = text[..^arguments.Rest.Length].TrimEnd();
        return (StopPointArguments.TakeFilter(context, arguments), label);
    }

    private static (Catchpoint Point, ArgumentText? Condition) SystemCall(DebuggerContext context, CommandArguments arguments, string text)
    {
        HashSet<int> numbers = [];
        while (!AtFilter(arguments))
        {
            int column = arguments.Column;
            string word = arguments.TakeWord()!;
            if (!SystemCallNames.TryGetNumber(word, out int number) && !int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number))
                throw new CommandException($"column {column}: there is no system call '{word}'");
            numbers.Add(number);
        }
        (StopPointArguments.Filter filter, string label) = TakeFilter(context, arguments, text);
        return (new SystemCallCatchpoint { Numbers = numbers.Count == 0 ? null : numbers, Pid = filter.Pid, Label = label }, filter.Condition);
    }

    private static (Catchpoint Point, ArgumentText? Condition) Process(ProcessEventKind kind, DebuggerContext context, CommandArguments arguments, string text)
    {
        (StopPointArguments.Filter filter, string label) = TakeFilter(context, arguments, text);
        return (new ProcessCatchpoint(kind) { Pid = filter.Pid, Label = label }, filter.Condition);
    }

    private static (Catchpoint Point, ArgumentText? Condition) Exception(DebuggerContext context, CommandArguments arguments, string text)
    {
        ExceptionVector? vector = null;
        if (!AtFilter(arguments))
        {
            ArgumentText word = arguments.TakeUntil(StopPointArguments.Keywords);
            int named = Array.IndexOf(exceptionNames, word.Text.TrimStart('#').ToUpperInvariant());
            ulong number = named >= 0 ? (ulong)named : context.Evaluate(word);
            vector = number < 32 ? (ExceptionVector)number : throw new CommandException($"column {word.Column}: exceptions have vectors 0 to 31");
        }
        (StopPointArguments.Filter filter, string label) = TakeFilter(context, arguments, text);
        return (new ExceptionCatchpoint(vector) { Pid = filter.Pid, Label = label }, filter.Condition);
    }

    private static (Catchpoint Point, ArgumentText? Condition) Signal(DebuggerContext context, CommandArguments arguments, string text)
    {
        int? signal = null;
        if (!AtFilter(arguments))
        {
            int column = arguments.Column;
            string word = arguments.TakeWord()!;
            signal = SignalWords.TryParse(word, out int number) ? number : throw new CommandException($"column {column}: there is no signal '{word}'");
        }
        (StopPointArguments.Filter filter, string label) = TakeFilter(context, arguments, text);
        return (new SignalCatchpoint(signal) { Pid = filter.Pid, Label = label }, filter.Condition);
    }

    private static (Catchpoint Point, ArgumentText? Condition) Fault(DebuggerContext context, CommandArguments arguments, string text)
    {
        GuestFaultTraits traits = GuestFaultTraits.None;
        for (GuestFaultTraits trait; (trait = FaultText.FindTrait(arguments.NextWord)) != GuestFaultTraits.None; arguments.TakeWord()) traits |= trait;
        GuestFaultKind? kind = FaultText.FindKind(arguments.NextWord);
        if (kind is not null) arguments.TakeWord();
        FaultAccess? access = FaultText.FindAccess(arguments.NextWord);
        if (access is not null) arguments.TakeWord();
        AddressRange? range = AtFilter(arguments) ? null : context.Evaluator.Range(arguments.TakeUntil(StopPointArguments.Keywords), 1);
        (StopPointArguments.Filter filter, string label) = TakeFilter(context, arguments, text);
        FaultCatchpoint point = new()
        {
            Traits = traits,
            Kind = kind,
            Access = access,
            First = range is { } bounds ? new VirtualAddress(bounds.Start) : null,
            Last = range is { } sameBounds ? new VirtualAddress(sameBounds.Last) : null,
            Pid = filter.Pid,
            Label = label,
        };
        return (point, filter.Condition);
    }
}
