using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Cpu;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>What the watch commands share.</summary>
internal abstract class RangeCommand(WatchAccess access) : IDebuggerCommand
{
    private const string Physical = "physical";
    private const ulong DefaultLengthBytes = 8;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> Aliases => [];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Stopping;

    /// <inheritdoc/>
    public string Usage => $"{Name} [physical] RANGE [pid N] [if EXPR]";

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public virtual string Help => "RANGE is START..END (without END), START,LENGTH, or an address for the 8 bytes there. The stop is behind the instruction that did it, and\n"
        + "shows old and new value. With 'physical' the range is physical memory, by whatever virtual address it is reached.";

    /// <inheritdoc/>
    public abstract string Example { get; }

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        bool isPhysical = arguments.TakeKeyword(Physical);
        ArgumentText text = arguments.TakeUntil(StopPointArguments.Keywords);
        StopPointArguments.Filter filter = StopPointArguments.TakeFilter(context, arguments);
        AddressRange range = context.Evaluator.Range(text, DefaultLengthBytes);
        if (range.LengthBytes > Watchpoint.MostBytes)
            throw new CommandException($"column {text.Column}: {range.LengthBytes} bytes are too many to watch; {Watchpoint.MostBytes} are possible");
        Watchpoint point = isPhysical
            ? new Watchpoint(new PhysicalAddress(range.Start), range.LengthBytes, access) { Pid = filter.Pid, Label = text.Text }
            : new Watchpoint(new VirtualAddress(range.Start), range.LengthBytes, access) { Pid = filter.Pid, Label = text.Text };
        StopPointArguments.Add(context, point, filter.Condition);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => words.Count == 1
        ? [.. NameCompletion.Expression(context, words[^1]), Physical]
        : NameCompletion.Expression(context, words[^1]);
}
