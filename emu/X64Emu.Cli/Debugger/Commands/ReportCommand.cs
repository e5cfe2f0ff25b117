namespace X64Emu.Cli.Debugger.Commands;

/// <summary>A command that only looks: it turns its arguments into lines and changes nothing.</summary>
/// <param name="name">See <see cref="IDebuggerCommand.Name"/>; the others likewise.</param>
/// <param name="topic">The heading it stands under.</param>
/// <param name="usage">How it is written.</param>
/// <param name="summary">One line.</param>
/// <param name="help">Sentences.</param>
/// <param name="example">A line that can be typed.</param>
internal abstract class ReportCommand(string name, CommandTopic topic, string usage, string summary, string help, string example) : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> Aliases => [];

    /// <inheritdoc/>
    public CommandTopic Topic => topic;

    /// <inheritdoc/>
    public string Usage => usage;

    /// <inheritdoc/>
    public string Summary => summary;

    /// <inheritdoc/>
    public string Help => help;

    /// <inheritdoc/>
    public string Example => example;

    /// <inheritdoc/>
    public virtual bool TakesFormat => false;

    /// <inheritdoc/>
    public virtual bool RepeatsOnEmptyLine => false;

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        IReadOnlyList<string> lines = Report(context, arguments);
        arguments.ExpectEnd();
        context.Output.Lines(lines);
    }

    /// <inheritdoc/>
    public virtual IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => [];

    /// <summary>Takes the arguments it knows and answers. What is left of them is an error, reported by the caller.</summary>
    /// <exception cref="CommandException">An argument is wrong.</exception>
    protected abstract IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments);
}
