namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Runs instructions, into calls and the kernel.</summary>
internal sealed class StepCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "step";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["s", "si", "stepi"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Running;

    /// <inheritdoc/>
    public string Usage => "step [N]";

    /// <inheritdoc/>
    public string Summary => "Runs one instruction, or N";

    /// <inheritdoc/>
    public string Help => "It goes into functions and into the kernel: at an instruction that faults the first\n"
        + "instruction of the exception's handler is run in its place.";

    /// <inheritdoc/>
    public string Example => "step 3";

    /// <inheritdoc/>
    public bool RepeatsOnEmptyLine => true;

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        long count = context.Evaluator.Count(arguments.TakeRest(), 1);
        context.Runner.Run(session => session.Step(count));
    }
}
