using X64Emu.Debugging.Running;
using X64Emu.Debugging.Running.Reports;

namespace X64Emu.Cli.Debugger.Commands.VirtualMemory;

/// <summary>Shows the last page faults.</summary>
internal sealed class FaultsCommand() : ReportCommand(
    "faults", CommandTopic.VirtualMemory, "faults [N]", "Shows the last page faults",
    "Kind, access, address, process, the level at which the walk ended, and the instruction with its source line. N is 10 if not given.",
    "faults 5")
{
    private const long Default = 10;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        int most = (int)context.Evaluator.Count(arguments.TakeRest(), Default, FaultLog.Capacity);
        return FaultsText.Lines(context.Session.Faults, most, (address, pid) => context.Session.Symbols.Resolve(address, pid)?.ToString() ?? "");
    }
}
