namespace X64Emu.Cli.Debugger;

/// <summary>Where the console writes: answers to standard output, errors to standard error, both line by line.</summary>
/// <param name="answers">For answers.</param>
/// <param name="errors">For errors.</param>
internal class DebuggerOutput(TextWriter answers, TextWriter errors)
{
    /// <summary>Writes a line of an answer.</summary>
    public virtual void Line(string text) => answers.WriteLine(text);

    /// <summary>Writes an answer of several lines.</summary>
    public void Lines(IEnumerable<string> lines)
    {
        foreach (string line in lines) Line(line);
    }

    /// <summary>Writes a heading.</summary>
    public virtual void Heading(string text) => Line(text);

    /// <summary>Writes what is wrong.</summary>
    public virtual void Error(string message) => errors.WriteLine($"x64emu: {message}");
}
