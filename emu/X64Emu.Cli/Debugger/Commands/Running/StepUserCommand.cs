namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Runs instructions of the program, passing over the kernel.</summary>
internal sealed class StepUserCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "stepuser";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["su"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Running;

    /// <inheritdoc/>
    public string Usage => "stepuser [N]";

    /// <inheritdoc/>
    public string Summary => "Runs one instruction of the program, or N, without what the kernel does in between";

    /// <inheritdoc/>
    public string Help => "Page faults, interrupts and system calls are passed over; functions are entered. In the kernel it first runs until user mode.";

    /// <inheritdoc/>
    public string Example => "stepuser";

    /// <inheritdoc/>
    public bool RepeatsOnEmptyLine => true;

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        long count = context.Evaluator.Count(arguments.TakeRest(), 1);
        context.Runner.Run(session => session.StepUser(count));
    }
}
