using Spectre.Console;

namespace X64Emu.Cli.Terminal;

/// <summary>How text is drawn on this terminal.</summary>
internal static class ConsoleSettings
{
    /// <summary>Wider than any line, so that nothing is broken but by the terminal itself.</summary>
    private const int Unlimited = 1 << 20;

    /// <summary>Whether input and output are a terminal that can move its cursor.</summary>
    public static bool IsInteractive => HostTerminal.IsTerminal(0) && HostTerminal.IsTerminal(1) && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>Whether colours are wanted: NO_COLOR (no-color.org) is not set to anything.</summary>
    public static bool UsesColour => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>The terminal for editing, as wide as it is.</summary>
    public static IAnsiConsole ForEditing(TextWriter writer) => Create(writer);

    /// <summary>The terminal for answers, whose lines are left as they are.</summary>
    public static IAnsiConsole ForAnswers(TextWriter writer)
    {
        IAnsiConsole console = Create(writer);
        console.Profile.Width = Unlimited;
        return console;
    }

    private static IAnsiConsole Create(TextWriter writer) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = AnsiSupport.Yes,
        ColorSystem = UsesColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.Yes,
        Out = new AnsiConsoleOutput(writer),
    });
}
