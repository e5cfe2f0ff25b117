using X64Emu.Debugging.Running;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Stops at a place in physical memory.</summary>
internal sealed class PhysicalBreakCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "pbreak";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["pb"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Stopping;

    /// <inheritdoc/>
    public string Usage => "pbreak ADDR [pid N] [if EXPR]";

    /// <inheritdoc/>
    public string Summary => "Stops before an instruction in physical memory runs, whatever its virtual address";

    /// <inheritdoc/>
    public string Help => "ADDR is the physical address of the instruction's first byte: code that several processes share stops in each, at whatever address it is mapped.";

    /// <inheritdoc/>
    public string Example => "pbreak 0x200000";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        ArgumentText address = arguments.TakeUntil(StopPointArguments.Keywords);
        if (address.Text.Length == 0) throw new CommandException("a physical address is missing");
        StopPointArguments.Filter filter = StopPointArguments.TakeFilter(context, arguments);
        Breakpoint point = new(new PhysicalAddress(context.Evaluate(address))) { Pid = filter.Pid, Label = $"physical {address}" };
        StopPointArguments.Add(context, point, filter.Condition);
    }
}
