using X64Emu.Cli.Debugger.Expressions;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Changes a register, memory or a variable.</summary>
internal sealed class SetCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "set";

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.State;

    /// <inheritdoc/>
    public string Usage => "set TARGET = EXPR";

    /// <inheritdoc/>
    public string Summary => "Changes a register, memory or a variable";

    /// <inheritdoc/>
    public string Help => "TARGET is a register (rax, al, xmm0.u32[1], $zf), memory (*ADDR for 8 bytes, *u8(ADDR) to *i64(ADDR) for others), or a variable with a name of\n"
        + "your own ($count). Memory of pages that are read-only for the program is changed too; a page that is not mapped is not.";

    /// <inheritdoc/>
    public string Example => "set $count = 0";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        context.Evaluator.Assign(arguments.NeedRest("TARGET = EXPR"));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);
}
