using X64Emu.Cli.Debugger.Expressions;

namespace X64Emu.Cli.Debugger.Commands.General;

/// <summary>Runs the commands in a file.</summary>
internal sealed class SourceCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "source";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["so"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Console;

    /// <inheritdoc/>
    public string Usage => "source FILE";

    /// <inheritdoc/>
    public string Summary => "Runs the commands in a file";

    /// <inheritdoc/>
    public string Help => "Each line is a command; blank lines and lines that begin with # are passed over. A line that fails says so, and the next one is run.";

    /// <inheritdoc/>
    public string Example => "source commands.txt";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        string file = arguments.NeedWord("a file");
        arguments.ExpectEnd();
        context.Script.Run(ScriptLines.FromFile(file));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.File(words[^1]);
}
