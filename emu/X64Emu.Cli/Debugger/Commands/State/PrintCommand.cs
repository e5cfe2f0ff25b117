using X64Emu.Cli.Debugger.Expressions;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows the value of an expression.</summary>
internal sealed class PrintCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "print";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["p", "output"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.State;

    /// <inheritdoc/>
    public string Usage => "print[/FORMAT] EXPR";

    /// <inheritdoc/>
    public string Summary => "Shows the value of an expression";

    /// <inheritdoc/>
    public string Help => "It is shown in hexadecimal, in decimal, and as the symbol it points at. FORMAT shows one of: x hexadecimal, d signed, u unsigned, t binary,\n"
        + "c character, a address with symbol. $_ is the value printed last.";

    /// <inheritdoc/>
    public string Example => "print/d *i32(rsp+8)";

    /// <inheritdoc/>
    public bool TakesFormat => true;

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        ArgumentText text = arguments.NeedRest("an expression");
        ulong value = context.Evaluate(text);
        context.Scope.SetVariable("_", value);
        context.Output.Line(arguments.Format is { } format ? ValueText.Format(value, format, context.Names) : ValueText.All(value, context.Names));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);
}
