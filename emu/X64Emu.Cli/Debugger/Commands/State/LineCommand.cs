using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Debugging.Inspection;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows the source line of an address, or the addresses of a source line.</summary>
internal sealed class LineCommand() : ReportCommand(
    "line", CommandTopic.State, "line [EXPR]", "Shows the source line of an address, or the addresses of a source line",
    "EXPR is an address or file:line; without it, RIP. The text of the line is shown when the host has the file.",
    "line rip")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        if (arguments.IsEmpty) return Lines(context, context.Session.Machine.Processor.Registers.Rip);
        return [.. context.Evaluator.Places(arguments.TakeRest()).SelectMany(place => Lines(context, place.Address))];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);

    private static string[] Lines(DebuggerContext context, VirtualAddress address)
    {
        if (context.Names.Source(address) is not { } place) return [$"{address}: no line information"];
        string line = $"{context.Names.Describe(address)}";
        return context.Names.Listing.Line(place) is { } text ? [line, $"{place.Line,5}  {text}"] : [line];
    }
}
