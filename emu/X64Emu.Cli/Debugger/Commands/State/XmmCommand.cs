using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows the XMM registers.</summary>
internal sealed class XmmCommand() : ReportCommand(
    "xmm", CommandTopic.State, "xmm [N] [FORMAT]", "Shows the XMM registers",
    "N is one register, 0 to 15; without it all are shown, with MXCSR.\n"
        + "The formats are bytes, words, doublewords, quadwords, floats, doubles and whole, which is one number. Elements begin with the lowest.",
    "xmm 0 floats")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        (int? number, VectorFormat format) = VectorArguments.Take(arguments);
        return VectorReport.Xmm(context.Session.Machine.Processor.Registers, format, number);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => VectorReport.FormatNames;
}
