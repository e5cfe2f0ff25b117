using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Gives a stop point commands to run at its stops, up to a line with end.</summary>
internal sealed class CommandsCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "commands";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["com"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Stopping;

    /// <inheritdoc/>
    public string Usage => "commands [N]";

    /// <inheritdoc/>
    public string Summary => "Gives a stop point commands to run at its stops, up to a line with end";

    /// <inheritdoc/>
    public string Help => "N is the last stop point made if not given. The commands follow, one on a line, up to a line with 'end'; none take them away. The first may be\n"
        + "'silent', which keeps the stop from being reported. One that runs the guest is the last.";

    /// <inheritdoc/>
    public string Example => "commands 1";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        try
        {
            StopPoint point = FindPoint(context, arguments);
            point.Commands = context.Script.ReadBlock();
        }
        catch (CommandException)
        {
            // The list must not be run in place of being kept.
            context.Script.SkipBlock();
            throw;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => StopPointArguments.Numbers(context);

    private static StopPoint FindPoint(DebuggerContext context, CommandArguments arguments)
    {
        StopPoint point = arguments.IsEmpty
            ? context.Session.Breakpoints.All is [.., StopPoint last] ? last : throw new CommandException("there is no stop point yet")
            : StopPointArguments.TakePoint(context, arguments);
        arguments.ExpectEnd();
        return point;
    }
}
