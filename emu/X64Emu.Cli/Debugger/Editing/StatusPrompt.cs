using RadLine;
using Spectre.Console;

namespace X64Emu.Cli.Debugger.Editing;

/// <summary>The prompt: process, mode and instruction count.</summary>
/// <param name="context">The session.</param>
/// <param name="usesColour">Whether it may be coloured.</param>
internal sealed class StatusPrompt(DebuggerContext context, bool usesColour) : ILineEditorPrompt
{
    /// <inheritdoc/>
    public (Markup Markup, int Margin) GetPrompt(ILineEditorState state, int line) =>
        (new Markup(Markup.Escape(context.Runner.Reporter.Prompt()), usesColour ? new Style(Color.Green) : Style.Plain), 1);
}
