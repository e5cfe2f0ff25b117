namespace X64Emu.Cli.Debugger;

/// <summary>Runs command lines from several sources: what is typed, files that call files, and the commands of a breakpoint that was hit.</summary>
/// <param name="context">What commands work with.</param>
internal sealed class ScriptRunner(DebuggerContext context)
{
    private const int MostNested = 16;
    private readonly Stack<ILineSource> sources = new();
    private readonly Queue<string> attached = new();
    private readonly LineExecutor executor = new(context);

    /// <summary>Whether the first error ends everything.</summary>
    public bool StopsOnError { get; set; }

    /// <summary>Whether each line that is not typed is written behind the prompt before it is run.</summary>
    public bool Echoes { get; set; }

    /// <summary>Whether an error has ended everything.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Runs all lines of a source, and after each those that a stop has queued.</summary>
    /// <exception cref="CommandException">Too many sources call each other.</exception>
    public void Run(ILineSource source)
    {
        if (sources.Count == MostNested) throw new CommandException($"command files are nested deeper than {MostNested} levels");
        sources.Push(source);
        try
        {
            while (context.RequestedExit is null && !HasFailed && source.ReadLine() is { } line)
            {
                if (Echoes && !source.IsTyped) context.Output.Line($"{context.Runner.Reporter.Prompt()} {line}");
                Execute(line);
                // A stop under these commands puts others in their place.
                while (context.RequestedExit is null && !HasFailed && attached.TryDequeue(out string? next)) Execute(next);
            }
        }
        finally
        {
            sources.Pop();
        }
    }

    /// <summary>Reads the lines up to <c>end</c> from where the present command came from.</summary>
    /// <exception cref="CommandException">The source ends before.</exception>
    public IReadOnlyList<string> ReadBlock()
    {
        List<string> lines = [];
        while (sources.TryPeek(out ILineSource? source) && source.ReadLine() is { } line)
        {
            if (line.Trim() == "end") return lines;
            if (line.Trim().Length > 0) lines.Add(line.Trim());
        }
        throw new CommandException("the list of commands has no 'end'");
    }

    /// <summary>Reads over the lines up to <c>end</c>, unless somebody types and has not typed them yet.</summary>
    public void SkipBlock()
    {
        if (!sources.TryPeek(out ILineSource? source) || source.IsTyped) return;
        while (source.ReadLine() is { } line && line.Trim() != "end")
        {
        }
    }

    /// <summary>Runs these lines once the present command is done, in place of what waited.</summary>
    public void Attach(IEnumerable<string> lines)
    {
        attached.Clear();
        foreach (string line in lines) attached.Enqueue(line);
    }

    private void Execute(string line)
    {
        if (!executor.Execute(line) && StopsOnError) HasFailed = true;
    }
}
