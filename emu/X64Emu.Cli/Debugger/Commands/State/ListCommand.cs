using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows source lines.</summary>
internal sealed class ListCommand() : ReportCommand(
    "list", CommandTopic.State, "list [EXPR]", "Shows the source around RIP, an address or file:line",
    "Ten lines; an arrow marks where execution stands. The files are found under the paths that the compiler wrote into the program.",
    "list rip")
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["l"];

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        Primitives.VirtualAddress rip = context.Session.Machine.Processor.Registers.Rip;
        Primitives.VirtualAddress address = arguments.IsEmpty ? rip : context.Evaluator.Places(arguments.TakeRest())[0].Address;
        if (context.Names.Source(address) is not { } place) throw new CommandException($"no source line is known for {context.Names.Describe(address)}");
        bool isHere = context.Names.Source(rip) == place;
        return [$"{place.File}:{place.Line}", .. context.Names.Listing.Around(place, hasArrow: isHere)];
    }
}
