using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows what an address belongs to, or where a name is.</summary>
internal sealed class SymbolCommand() : ReportCommand(
    "sym", CommandTopic.State, "sym EXPR|NAME", "Shows what an address belongs to, or where a name is",
    "For an address: module, function and offset, source line. For a name with several places: all of them.",
    "sym rip")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        ArgumentText text = arguments.NeedRest("an address or a name");
        return [.. context.Evaluator.Places(text).Select(place => Line(context, place.Address))];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);

    private static string Line(DebuggerContext context, VirtualAddress address)
    {
        string module = context.Session.Symbols.ModuleAt(address, context.Session.LastStop.Pid) is { } found ? $" in {found.Name}" : "";
        return context.Names.Resolve(address) is null ? $"{address}{module}: no symbol" : context.Names.Describe(address) + module;
    }
}
