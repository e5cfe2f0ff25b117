using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Memory.Reports;

namespace X64Emu.Cli.Debugger.Commands.VirtualMemory;

/// <summary>Shows what has changed in a page table since the last stop.</summary>
internal sealed class DiffCommand() : ReportCommand(
    "diff", CommandTopic.VirtualMemory, "diff [pid N]", "Shows what has changed in the page table since the last stop",
    "The first diff begins: from then on the tables of all processes are remembered whenever the guest goes on. They are those of the lower half, the\n"
        + "user's. Without a process it is the table of CR3.",
    "diff")
{
    private PageTableTracker? tracker;
    private PcMachine? machine;
    private bool isListening;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        ulong cr3 = TableArgument.Take(context, arguments);
        arguments.ExpectEnd();
        if (tracker is not null && machine == context.Session.Machine) return [.. PageTableDiffText.Lines(tracker, cr3)];
        if (!isListening) context.Runner.Starting += () => Remember(context);
        isListening = true;
        Remember(context);
        return ["The page tables are remembered from here on: at the next stop, 'diff' shows what has changed."];
    }

    private void Remember(DebuggerContext context)
    {
        if (tracker is null || machine != context.Session.Machine) tracker = new PageTableTracker(context.Session.Memory.PageTables) { IsEnabled = true };
        machine = context.Session.Machine;
        IEnumerable<ulong> tables = context.Session.Guest?.Processes.Select(process => process.Cr3).OfType<ulong>() ?? [];
        tracker.Remember(tables.Append(context.Session.Memory.PageTables.CurrentCr3));
    }
}
