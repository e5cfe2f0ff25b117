using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Debugging.Expressions;

namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Runs to a place.</summary>
internal sealed class UntilCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "until";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["u"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Running;

    /// <inheritdoc/>
    public string Usage => "until LOCATION";

    /// <inheritdoc/>
    public string Summary => "Runs until a place in the code is reached";

    /// <inheritdoc/>
    public string Help => "LOCATION is a function, file:line or an address. Whichever process gets there first stops; breakpoints on the way stop, too.";

    /// <inheritdoc/>
    public string Example => "until PageFault.Handle";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        ArgumentText location = arguments.NeedRest("a location");
        IReadOnlyList<NamedAddress> places = context.Evaluator.Places(location);
        if (places.Count > 1) throw new CommandException($"{location} is at {places.Count} places: {string.Join(", ", places.Take(4).Select(place => place.Address))}");
        context.Runner.Run(session => session.Until(places[0].Address));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);
}
