using X64Emu.Debugging.Unwinding;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows the calls that led here.</summary>
internal sealed class BacktraceCommand() : ReportCommand(
    "bt", CommandTopic.State, "bt [COUNT]", "Shows the calls that led here, from user code through the kernel too",
    "The innermost call comes first. Frames are found by call frame information (DWARF CFI), else by frame pointers; COUNT limits them, 64 if not given.",
    "bt")
{
    private const int Default = 64, Most = 10_000;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["backtrace"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        int most = (int)context.Evaluator.Count(arguments.TakeRest(), Default, Most);
        RegisterSet registers = RegisterSet.Of(context.Session.Machine.Processor.Registers);
        IReadOnlyList<StackFrame> frames = Unwinder.Walk(
            registers, context.Session.Symbols, context.Session.LastStop.Pid, (address, bytes) => context.Session.Memory.Read(address, bytes), most);
        return [.. frames.Select(Line)];
    }

    private static string Line(StackFrame frame) =>
        $"#{frame.Level,-3} {frame.Rip}  {(frame.Location is { } location ? location.ToString() : "no symbol")}";
}
