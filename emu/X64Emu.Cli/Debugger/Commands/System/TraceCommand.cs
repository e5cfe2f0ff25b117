using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Cli.Tracing;
using X64Emu.Debugging.Tracing;

namespace X64Emu.Cli.Debugger.Commands.System;

/// <summary>Begins and ends traces.</summary>
internal sealed class TraceCommand : IDebuggerCommand
{
    private readonly Dictionary<TraceKind, OpenTrace> open = [];

    /// <inheritdoc/>
    public string Name => "trace";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => [];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.System;

    /// <inheritdoc/>
    public string Usage => "trace on insn|mem|syscall|fault [FILE]\ntrace off [insn|mem|syscall|fault]\ntrace";

    /// <inheritdoc/>
    public string Summary => "Writes a line for each instruction, data access, system call or page fault";

    /// <inheritdoc/>
    public string Help => "The lines go to FILE, or to standard error. System calls and signals are in strace's format.\n"
        + "'trace off' alone ends all traces, 'trace' alone lists them. Tracing slows the machine down, but changes no count.";

    /// <inheritdoc/>
    public string Example => "trace on syscall";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        int column = arguments.Column;
        switch (arguments.TakeWord())
        {
            case null: context.Output.Lines(Status()); break;
            case "on": Begin(context, arguments); break;
            case "off": End(context, arguments); break;
            case { } word: throw new CommandException($"column {column}: '{word}' is neither on nor off, as in 'trace on syscall'");
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => words.Count switch
    {
        1 => ["on", "off"],
        2 => TraceNames.All,
        3 when words[0] == "on" => NameCompletion.File(words[^1]),
        _ => [],
    };

    private IEnumerable<string> Status() => open.Count == 0 ? ["No trace is on."] : open.Select(pair => Line(pair.Key, pair.Value));

    private static string Line(TraceKind kind, OpenTrace trace) =>
        $"{TraceNames.Of(kind),-8} to {trace.Target}{(trace.Failure is { } failure ? $"; ended: {failure}" : "")}";

    private void Begin(DebuggerContext context, CommandArguments arguments)
    {
        TraceKind kind = TakeKind(arguments);
        string? file = arguments.TakeWord();
        arguments.ExpectEnd();
        string name = TraceNames.Of(kind);
        if (open.ContainsKey(kind)) throw new CommandException($"the trace of {name} is on already; end it with 'trace off {name}'");
        OpenTrace trace = OpenTrace.Start(context.Session, [kind], file);
        open.Add(kind, trace);
        context.Output.Line(Line(kind, trace));
    }

    private void End(DebuggerContext context, CommandArguments arguments)
    {
        TraceKind[] kinds = arguments.IsEmpty ? [.. open.Keys] : [TakeKind(arguments)];
        arguments.ExpectEnd();
        foreach (TraceKind kind in kinds)
        {
            if (!open.Remove(kind, out OpenTrace? trace)) throw new CommandException($"the trace of {TraceNames.Of(kind)} is not on");
            trace.Dispose();
            if (trace.Failure is { } failure) throw new CommandException($"the trace to {trace.Target} is not complete: {failure.TrimEnd('.')}");
        }
        if (kinds.Length == 0) context.Output.Line("No trace is on.");
    }

    private static TraceKind TakeKind(CommandArguments arguments)
    {
        int column = arguments.Column;
        string word = arguments.NeedWord("what to trace (insn, mem, syscall, fault)");
        return TraceNames.Find(word) ?? throw new CommandException($"column {column}: '{word}' cannot be traced: {string.Join(", ", TraceNames.All)}");
    }
}
