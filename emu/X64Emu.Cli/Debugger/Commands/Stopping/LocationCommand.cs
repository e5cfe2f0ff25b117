using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>What <c>break</c> and <c>tbreak</c> share.</summary>
internal abstract class LocationCommand(bool isTemporary) : IDebuggerCommand
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract IReadOnlyList<string> Aliases { get; }

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Stopping;

    /// <inheritdoc/>
    public string Usage => $"{Name} [LOCATION] [pid N] [if EXPR]";

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public virtual string Help => "LOCATION is a function, file:line or an address; without one it is the present place. 'pid N' stops in that process alone, 'if EXPR' while\n"
        + "EXPR is not 0. A line or function with code at several places stops at each. An instruction that faults stops again when it is run again.";

    /// <inheritdoc/>
    public abstract string Example { get; }

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        ArgumentText location = arguments.TakeUntil(StopPointArguments.Keywords);
        StopPointArguments.Filter filter = StopPointArguments.TakeFilter(context, arguments);
        Primitives.VirtualAddress[] addresses = location.Text.Length == 0
            ? [context.Session.Machine.Processor.Registers.Rip]
            : [.. context.Evaluator.Places(location).Select(place => place.Address).Distinct()];
        Breakpoint point = new(addresses) { Pid = filter.Pid, IsTemporary = isTemporary, Label = location.Text.Length == 0 ? null : location.Text };
        StopPointArguments.Add(context, point, filter.Condition);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);
}
