namespace X64Emu.Cli.Debugger;

/// <summary>Runs command lines one by one. An error is written, and nothing else happens.</summary>
/// <param name="context">What commands work with.</param>
internal sealed class LineExecutor(DebuggerContext context)
{
    private string? repeatable;

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
            return Fail(failure.Message);
        }
        catch (UsageException failure)
        {
            return Fail(failure.Message);
        }
        catch (Exception failure) when (Environment.GetEnvironmentVariable(CommandLine.StackTraceVariable) is null)
        {
            // A bug of the debugger must not cost the user the session.
            return Fail($"internal error: {failure.GetType().Name}: {failure.Message} (set {CommandLine.StackTraceVariable}=1 to see where)");
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

    private bool Fail(string message)
    {
        context.Output.Error(Printable(message));
        return false;
    }

    /// <summary>A message quotes what was typed or read from files; control characters must not reach the terminal.</summary>
    private static string Printable(string message) => string.Concat(message.Select(character => char.IsControl(character) ? ' ' : character));
}
