using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Guest.Reports;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.VirtualMemory;

/// <summary>Shows which processes share the page at an address.</summary>
internal sealed class CopyOnWriteCommand() : ReportCommand(
    "cow", CommandTopic.VirtualMemory, "cow ADDRESS [pid N]", "Shows which processes share the page at an address",
    "Their page table entries, the frame and its reference count, or the slot of swap space, and what the next access does.",
    "cow rsp")
{
    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        ArgumentText text = arguments.TakeUntil("pid");
        if (text.Text.Length == 0) throw new CommandException("an address is missing");
        VirtualAddress address = new(context.Evaluate(text));
        GuestKernel guest = ProcessArgument.NeedGuest(context);
        GuestProcess process = ProcessArgument.TakeOptional(context, arguments)
            ?? guest.CurrentProcess ?? throw new CommandException("no process runs yet; name one with 'pid N'");
        return [.. CopyOnWriteText.Lines(context.Session.Memory, guest, process, address)];
    }
}
