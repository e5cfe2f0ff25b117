using X64Emu.Cli.Debugger;

namespace X64Emu.Cli.Tests.Debugger;

/// <summary>A console without a terminal: lines go in, text comes out.</summary>
internal sealed class ConsoleSession : IDisposable
{
    private readonly StringWriter answers = new(), errors = new();

    public ConsoleSession(params IDebuggerCommand[] commands)
    {
        CommandRegistry registry = commands.Length == 0 ? CommandRegistry.Create() : new CommandRegistry(commands);
        Context = new DebuggerContext(registry, new DebuggerOutput(answers, errors));
        Loop = new DebuggerLoop(Context);
    }

    public DebuggerContext Context { get; }

    public DebuggerLoop Loop { get; }

    public string Answers => answers.ToString().ReplaceLineEndings("\n");

    public string Errors => errors.ToString().ReplaceLineEndings("\n");

    public void Dispose()
    {
        answers.Dispose();
        errors.Dispose();
    }
}
