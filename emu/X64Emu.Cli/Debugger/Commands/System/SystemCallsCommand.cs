using X64Emu.Debugging.Guest.Reports;
using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.System;

/// <summary>Shows the system calls that threads are in, and those the kernel does not have.</summary>
internal sealed class SystemCallsCommand() : ReportCommand(
    "syscalls", CommandTopic.System, "syscalls", "Shows the system calls that threads are in, and those the kernel does not have",
    "Calls are followed one by one with 'trace on syscall' and stopped at with 'catch syscall'.",
    "syscalls")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments) =>
        [.. SystemCallsText.Lines(ProcessArgument.NeedGuest(context), number => SystemCallNames.NameOf(number) ?? $"{number}")];
}
