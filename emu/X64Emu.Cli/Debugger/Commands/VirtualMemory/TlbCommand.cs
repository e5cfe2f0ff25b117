using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Cpu;
using X64Emu.Debugging.Memory.Reports;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.VirtualMemory;

/// <summary>Shows the entries of the TLB by level, and those that disagree with the page table.</summary>
internal sealed class TlbCommand() : ReportCommand(
    "tlb", CommandTopic.VirtualMemory, "tlb [ADDRESS]", "Shows the entries of the TLB by level, and those that disagree with the page table",
    "An entry that disagrees has missed its INVLPG. From the first tlb on, writes to page tables are logged, so that the instruction can be shown that\n"
        + "changed the page table entry; that slows the machine down, but changes no count.",
    "tlb rsp")
{
    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        VirtualAddress? address = arguments.IsEmpty ? null : new VirtualAddress(context.Evaluate(arguments.TakeRest()));
        Processor processor = context.Session.Machine.Processor;
        IReadOnlyList<string> lines = TlbText.Lines(processor, context.Session.Memory.PageTables, address, Place);
        processor.PageTableWrites.IsEnabled = true;
        return lines;

        string Place(VirtualAddress at) => context.Names.Resolve(at)?.ToString() ?? "";
    }
}
