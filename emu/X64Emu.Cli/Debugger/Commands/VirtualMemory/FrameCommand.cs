using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Debugging.Guest.Reports;

namespace X64Emu.Cli.Debugger.Commands.VirtualMemory;

/// <summary>Shows who maps a page frame, and its reference count.</summary>
internal sealed class FrameCommand() : ReportCommand(
    "frame", CommandTopic.VirtualMemory, "frame PFN", "Shows who maps a page frame, and its reference count",
    "PFN is an expression for the page frame number: the physical address divided by 4096.",
    "frame 0x200")
{
    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        ulong frame = context.Evaluate(arguments.NeedRest("a page frame number"));
        return [.. FrameText.Lines(context.Session.Memory, context.Session.Guest, frame)];
    }
}
