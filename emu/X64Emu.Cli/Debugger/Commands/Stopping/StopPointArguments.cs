using System.Globalization;
using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>What the commands that make and change stop points have in common: <c>if EXPR</c>, <c>pid N</c>, and the numbers of stop points.</summary>
internal static class StopPointArguments
{
    /// <summary>The words that end a location or range.</summary>
    public static string[] Keywords { get; } = ["if", "pid"];

    /// <summary>What may follow a location.</summary>
    /// <param name="Pid">The process; null for every one.</param>
    /// <param name="Condition">The condition; null for none.</param>
    internal readonly record struct Filter(int? Pid, ArgumentText? Condition);

    /// <summary>Takes <c>pid N</c> and <c>if EXPR</c>, in either order.</summary>
    /// <exception cref="CommandException">Something else follows, or a part is missing.</exception>
    public static Filter TakeFilter(DebuggerContext context, CommandArguments arguments)
    {
        int? pid = null;
        ArgumentText? condition = null;
        while (!arguments.IsEmpty)
        {
            int column = arguments.Column;
            if (arguments.TakeKeyword("pid"))
            {
                if (pid is not null) throw new CommandException($"column {column}: one 'pid' is enough");
                pid = ProcessNumber(context, arguments.TakeUntil("if", "pid"));
            }
            else if (arguments.TakeKeyword("if"))
            {
                if (condition is not null) throw new CommandException($"column {column}: one 'if' is enough");
                condition = arguments.TakeUntil("pid");
                if (condition.Value.Text.Length == 0) throw new CommandException($"column {column}: the condition is missing behind 'if'");
            }
            else
            {
                arguments.ExpectEnd();
            }
        }
        return new Filter(pid, condition);
    }

    /// <summary>Gives a stop point its condition and number, and says what it is.</summary>
    /// <exception cref="CommandException">The condition cannot be read; then nothing was added.</exception>
    public static void Add(DebuggerContext context, StopPoint point, ArgumentText? condition)
    {
        if (condition is { } text) SetCondition(context, point, text);
        context.Session.Breakpoints.Add(point);
        context.Output.Line(StopPointText.Describe(point, context.Names));
    }

    /// <summary>Gives a stop point a condition.</summary>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public static void SetCondition(DebuggerContext context, StopPoint point, ArgumentText text)
    {
        Func<ulong> value = context.Evaluator.Prepare(text);
        point.Condition = () =>
        {
            try
            {
                return value() != 0;
            }
            catch (CommandException failure)
            {
                throw new CommandException($"the condition of {point.Number} has no value: {failure.Message}");
            }
        };
        point.ConditionText = text.Text;
    }

    /// <summary>The stop point of the next word.</summary>
    /// <exception cref="CommandException">There is none of that number.</exception>
    public static StopPoint TakePoint(DebuggerContext context, CommandArguments arguments)
    {
        int column = arguments.Column;
        string word = arguments.NeedWord("the number of a stop point ('breakpoints' lists them)");
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && context.Session.Breakpoints.Find(number) is { } point
            ? point
            : throw new CommandException($"column {column}: there is no stop point {word}");
    }

    /// <summary>The stop points whose numbers follow, or all when none do.</summary>
    /// <exception cref="CommandException">There is none of one of the numbers.</exception>
    public static IReadOnlyList<StopPoint> TakePoints(DebuggerContext context, CommandArguments arguments)
    {
        if (arguments.IsEmpty) return [.. context.Session.Breakpoints.All];
        List<StopPoint> points = [];
        while (!arguments.IsEmpty) points.Add(TakePoint(context, arguments));
        return points;
    }

    /// <summary>The numbers of all stop points, for completion.</summary>
    public static IEnumerable<string> Numbers(DebuggerContext context) =>
        context.Session.Breakpoints.All.Select(point => point.Number.ToString(CultureInfo.InvariantCulture));

    private static int ProcessNumber(DebuggerContext context, ArgumentText text)
    {
        if (text.Text.Length == 0) throw new CommandException($"column {text.Column}: the process's number is missing behind 'pid'");
        return (int)context.Evaluator.Count(text, 1, int.MaxValue);
    }
}
