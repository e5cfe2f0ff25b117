using X64Emu.Cli.Options;
using X64Emu.Cli.Running;

namespace X64Emu.Cli.Debugger.Commands.System;

/// <summary>Chooses how much the emulator says.</summary>
internal sealed class LogCommand() : ReportCommand(
    "log", CommandTopic.System, "log [LEVEL]", "Chooses how much the emulator says on standard error: quiet, info or debug",
    "Without LEVEL it shows the level. It is that of --log at first; the guest kernel's own messages do not change with it.",
    "log debug")
{
    private static readonly string[] levels = [.. Enum.GetNames<LogVerbosity>().Select(name => name.ToLowerInvariant())];

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => levels;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        int column = arguments.Column;
        if (arguments.TakeWord() is { } word)
        {
            arguments.ExpectEnd();
            if (!levels.Contains(word)) throw new CommandException($"column {column}: '{word}' is no level: {string.Join(", ", levels)}");
            StandardErrorLogger.Chosen = Enum.Parse<LogVerbosity>(word, ignoreCase: true);
        }
        return [StandardErrorLogger.Chosen is { } chosen ? $"The log level is {chosen.ToString().ToLowerInvariant()}." : "The log level is that of --log."];
    }
}
