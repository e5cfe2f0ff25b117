using System.Runtime.CompilerServices;
using X64Emu.Cli.Debugger;
using X64Emu.Cli.Debugger.Guest;
using X64Emu.Cli.Options;
using X64Emu.Cli.Running;

namespace X64Emu.Cli.Tests.Debugger;

/// <summary>A console without a terminal over a sample program: lines go in, text comes out.</summary>
internal sealed class ConsoleSession : IDisposable
{
    private readonly StringWriter answers = new(), errors = new();
    private readonly MemoryStream programOutput = new();
    private readonly DebuggedGuest guest;

    public ConsoleSession(string sample = "two-faults", params IDebuggerCommand[] commands)
        : this(new DebuggerSettings(), sample, commands)
    {
    }

    public ConsoleSession(DebuggerSettings settings, string sample, params IDebuggerCommand[] commands)
    {
        ProgramPlan plan = new([SamplePath(sample)], new MachineSettings { MemoryBytes = 64 << 20 });
        guest = new DebuggedGuest(plan, settings, keyboard: null, programOutput, Stream.Null);
        CommandRegistry registry = commands.Length == 0 ? CommandRegistry.Create() : new CommandRegistry(commands);
        Context = new DebuggerContext(registry, new DebuggerOutput(answers, errors), guest);
        Executor = new LineExecutor(Context);
    }

    public DebuggerContext Context { get; }

    public LineExecutor Executor { get; }

    public string Answers => answers.ToString().ReplaceLineEndings("\n");

    public string Errors => errors.ToString().ReplaceLineEndings("\n");

    public string ProgramOutput => System.Text.Encoding.Latin1.GetString(programOutput.ToArray());

    /// <summary>Runs to the program's first instruction, quietly.</summary>
    public ConsoleSession AtProgramStart()
    {
        guest.Run(_ => guest.StartFirst(), takesKeys: false);
        return this;
    }

    /// <summary>Runs lines as a script does and returns what they wrote, errors after answers.</summary>
    public string Run(params string[] lines)
    {
        answers.GetStringBuilder().Clear();
        errors.GetStringBuilder().Clear();
        Context.Script.Run(new ScriptLines(lines));
        return Answers + Errors;
    }

    public void Dispose()
    {
        guest.Dispose();
        programOutput.Dispose();
        answers.Dispose();
        errors.Dispose();
    }

    private static string SamplePath(string name, [CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "samples", "bin", name));
}
