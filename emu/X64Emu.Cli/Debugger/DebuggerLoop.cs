namespace X64Emu.Cli.Debugger;

/// <summary>Reads lines and runs the commands in them until one asks to quit or no line is left.</summary>
/// <param name="context">What commands work with.</param>
internal sealed class DebuggerLoop(DebuggerContext context)
{
    private string? repeatable;

    /// <summary>Whether the first error ends the loop.</summary>
    public bool StopsOnError { get; init; }

    /// <summary>Runs all lines of a source.</summary>
    /// <returns>False when an error ended the loop.</returns>
    public bool Run(ILineSource lines)
    {
        while (context.RequestedExit is null && lines.ReadLine() is { } line)
        {
            if (!Execute(line) && StopsOnError) return false;
        }
        return true;
    }

    /// <summary>Runs one line. Blank lines repeat the last command if it is one that steps; lines that begin with # are comments.</summary>
    /// <returns>False when it failed; what was wrong has been written.</returns>
    public bool Execute(string line)
    {
        try
        {
            ExecuteOrThrow(line);
            return true;
        }
        catch (CommandException failure)
        {
            context.Output.Error(failure.Message);
            return false;
        }
    }

    private void ExecuteOrThrow(string line)
    {
        string text = line.Trim();
        if (text.Length == 0)
        {
            if (repeatable is null) return;
            text = repeatable;
        }
        if (text[0] == '#') return;
        repeatable = null;
        CommandCall call = CommandCall.Parse(text, context.Commands);
        call.Command.Run(context, call.Arguments);
        if (call.Command.RepeatsOnEmptyLine) repeatable = text;
    }
}
