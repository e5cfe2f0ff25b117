namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Runs instructions, calls and kernel entries as a whole.</summary>
internal sealed class NextCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "next";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["n", "ni", "nexti"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Running;

    /// <inheritdoc/>
    public string Usage => "next [N]";

    /// <inheritdoc/>
    public string Summary => "Runs one instruction with all it calls, or N";

    /// <inheritdoc/>
    public string Help => "A CALL is run until it returns; in user mode a system call, a page fault or an interrupt until the program goes on.";

    /// <inheritdoc/>
    public string Example => "next";

    /// <inheritdoc/>
    public bool RepeatsOnEmptyLine => true;

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        long count = context.Evaluator.Count(arguments.TakeRest(), 1);
        context.Runner.Run(session => Repetition.Of(session.Next, count));
    }
}
