using System.Globalization;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Takes displays off the list, or all.</summary>
internal sealed class UndisplayCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "undisplay";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["und"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.State;

    /// <inheritdoc/>
    public string Usage => "undisplay [N...]";

    /// <inheritdoc/>
    public string Summary => "Takes displays off the list, or all";

    /// <inheritdoc/>
    public string Help => "The numbers are those that the displays are shown with.";

    /// <inheritdoc/>
    public string Example => "undisplay 1";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        if (arguments.IsEmpty) context.Displays.Clear();
        while (!arguments.IsEmpty)
        {
            int column = arguments.Column;
            string word = arguments.TakeWord()!;
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || !context.Displays.Remove(number))
                throw new CommandException($"column {column}: there is no display {word}");
        }
    }
}
