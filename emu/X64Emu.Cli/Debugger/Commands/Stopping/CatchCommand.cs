using X64Emu.Cli.Debugger.Stops;
using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Stops when something happens to the guest.</summary>
internal sealed class CatchCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "catch";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["ca"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Stopping;

    /// <inheritdoc/>
    public string Usage => "catch syscall [NAME...] [pid N] [if EXPR]\n"
        + "catch exec|fork|exit|switch [pid N] [if EXPR]\n"
        + "catch exception [VECTOR] [pid N] [if EXPR]\n"
        + "catch signal [SIGNAL] [pid N] [if EXPR]\n"
        + "catch fault [TRAIT...] [KIND] [read|write|exec] [RANGE] [pid N] [if EXPR]";

    /// <inheritdoc/>
    public string Summary => "Stops when something happens: a system call, a page fault, an exception, a signal, a process";

    /// <inheritdoc/>
    public string Help => "syscall: entry and return, by name or number. exception: by number or name (PF, GP, ...), at the handler's first instruction. signal: where it\n"
        + "takes effect. fault: where the kernel has dealt with a page fault; the kinds are\n"
        + string.Join(", ", FaultText.Kinds) + "; the traits are " + string.Join(", ", FaultText.Traits) + ".";

    /// <inheritdoc/>
    public string Example => "catch fault cow write pid 2";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        int column = arguments.Column;
        string text = arguments.Rest;
        string kind = arguments.NeedWord("what to catch: " + string.Join(", ", CatchKinds.Words));
        if (!CatchKinds.TryFind(kind, out CatchKinds.Maker? make))
            throw new CommandException($"column {column}: '{kind}' cannot be caught; {string.Join(", ", CatchKinds.Words)} can");
        (Catchpoint point, ArgumentText? condition) = make(context, arguments, text);
        StopPointArguments.Add(context, point, condition);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) =>
        words.Count == 1 ? CatchKinds.Words
        : words[0] == "syscall" ? SystemCallNames.All
        : words[0] == "signal" ? SignalWords.All
        : words[0] == "fault" ? [.. FaultText.Traits, .. FaultText.Kinds, .. FaultText.Accesses]
        : [];
}
