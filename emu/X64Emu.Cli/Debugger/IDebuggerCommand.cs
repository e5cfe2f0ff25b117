namespace X64Emu.Cli.Debugger;

/// <summary>One command of the debugger console. A class that implements it and has a constructor without parameters is in the console.</summary>
internal interface IDebuggerCommand
{
    /// <summary>The word that calls it; lower case.</summary>
    string Name { get; }

    /// <summary>Other words for it, short ones first. A prefix of the name needs no alias unless another command begins with it too.</summary>
    IReadOnlyList<string> Aliases => [];

    /// <summary>Under which heading <c>help</c> lists it.</summary>
    CommandTopic Topic { get; }

    /// <summary>How it is written, as <c>step [N]</c>; several forms stand on a line each.</summary>
    string Usage { get; }

    /// <summary>One line for the list of commands, without a full stop.</summary>
    string Summary { get; }

    /// <summary>What <c>help</c> says below usage and summary: sentences, perhaps over several lines.</summary>
    string Help { get; }

    /// <summary>A line that can be typed as it stands.</summary>
    string Example { get; }

    /// <summary>Whether an empty line after it runs it again, as for steps.</summary>
    bool RepeatsOnEmptyLine => false;

    /// <summary>Whether a format may follow the name, as in <c>x/8gx</c>.</summary>
    bool TakesFormat => false;

    /// <summary>Does it.</summary>
    /// <param name="context">The session and the console.</param>
    /// <param name="arguments">What stands behind the name.</param>
    /// <exception cref="CommandException">It cannot be done.</exception>
    void Run(DebuggerContext context, CommandArguments arguments);

    /// <summary>What the last of these words could become, for the Tab key; words that do not begin with it are left out by the caller.</summary>
    /// <param name="context">The session and the console.</param>
    /// <param name="words">The words behind the name; the last one is being typed and may be empty.</param>
    IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => [];
}
