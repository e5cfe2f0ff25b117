using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Debugging.Memory.Reports;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.VirtualMemory;

/// <summary>Shows a page table as ranges with permissions.</summary>
internal sealed class PageTableCommand() : ReportCommand(
    "pagetable", CommandTopic.VirtualMemory, "pagetable [RANGE] [pid N]", "Shows a page table as ranges with permissions",
    "RANGE is START..END without END itself, START,LENGTH or an address; without it the whole address space is shown, both halves.",
    "pagetable 0x400000..0x500000")
{
    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        ArgumentText text = arguments.TakeUntil("pid");
        ulong cr3 = TableArgument.Take(context, arguments);
        if (text.Text.Length == 0) return Lines(context, cr3, new AddressRange(0, ulong.MaxValue));
        return Lines(context, cr3, context.Evaluator.Range(text, PageBytes));
    }

    private static IReadOnlyList<string> Lines(DebuggerContext context, ulong cr3, AddressRange range) =>
        [.. PageTableText.Lines(context.Session.Memory.PageTables, cr3, new VirtualAddress(range.Start), new VirtualAddress(range.Last))];

    private const ulong PageBytes = 4096;
}
