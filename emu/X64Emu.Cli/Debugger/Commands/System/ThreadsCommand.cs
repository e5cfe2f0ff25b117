using X64Emu.Debugging.Guest.Reports;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.System;

/// <summary>Shows all threads: state, what they wait for, where they are.</summary>
internal sealed class ThreadsCommand() : ReportCommand(
    "threads", CommandTopic.System, "threads", "Shows all threads: state, what they wait for, where they are",
    "A star marks the thread on the CPU.",
    "threads")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments) =>
        [
            .. ThreadsText.Lines(
                ProcessArgument.NeedGuest(context),
                number => SystemCallNames.NameOf(number) ?? $"{number}",
                (address, pid) => Place(context, address, pid)),
        ];

    private static string Place(DebuggerContext context, VirtualAddress address, int pid) =>
        context.Session.Symbols.Resolve(address, pid)?.ToString() ?? "";
}
