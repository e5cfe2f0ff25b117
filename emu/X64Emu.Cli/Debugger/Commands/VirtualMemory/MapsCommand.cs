using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Guest.Reports;

namespace X64Emu.Cli.Debugger.Commands.VirtualMemory;

/// <summary>Shows the memory areas of a process, and what of them is really mapped.</summary>
internal sealed class MapsCommand() : ReportCommand(
    "maps", CommandTopic.VirtualMemory, "maps [PID]", "Shows the memory areas of a process, and what of them is really mapped",
    "Beside each area: pages that are present, writable, shared by copy-on-write, in swap space, dirty, accessed, and their size. Without PID, of the process that runs.",
    "maps")
{
    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => ProcessArgument.Numbers(context);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        GuestProcess process = ProcessArgument.TakeOrCurrent(context, arguments);
        return MapsText.Lines(context.Session.Memory, ProcessArgument.NeedGuest(context), process);
    }
}
