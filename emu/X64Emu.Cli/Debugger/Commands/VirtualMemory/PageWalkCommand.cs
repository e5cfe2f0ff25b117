using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Debugging.Guest.Reports;
using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Memory.Reports;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.VirtualMemory;

/// <summary>Shows the page walk of an address, level by level.</summary>
internal sealed class PageWalkCommand() : ReportCommand(
    "pt", CommandTopic.VirtualMemory, "pt ADDRESS [pid N]", "Shows the page walk of an address, level by level",
    "Each entry with its address, raw value and bits, and the level at which the walk ends and why. The tables are those of CR3, or of process N.",
    "pt rsp")
{
    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        ArgumentText text = arguments.TakeUntil("pid");
        if (text.Text.Length == 0) throw new CommandException("an address is missing");
        VirtualAddress address = new(context.Evaluate(text));
        ulong cr3 = TableArgument.Take(context, arguments);
        PageWalkReport walk = context.Session.Memory.PageTables.Walk(address, cr3);
        return [.. PageWalkText.Lines(walk, (entry, level) => AbsentPageText.Describe(context.Session.Guest, entry, level))];
    }
}
