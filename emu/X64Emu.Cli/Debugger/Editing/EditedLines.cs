using RadLine;
using Spectre.Console;
using X64Emu.Cli.Terminal;

namespace X64Emu.Cli.Debugger.Editing;

/// <summary>Lines typed at a terminal, with editing, history and completion.</summary>
internal sealed class EditedLines : ILineSource
{
    private const int ColumnGap = 2, MostShown = 200;
    private readonly DebuggerContext context;
    private readonly SharedKeyboard keyboard;
    private readonly IAnsiConsole console;
    private readonly HistoryFile history;
    private readonly LineEditor editor;
    private bool hasEnded;

    /// <summary>Makes an editor.</summary>
    /// <param name="context">The session, for prompt and completion.</param>
    /// <param name="keyboard">Where keys come from.</param>
    /// <param name="console">Where the line is shown.</param>
    /// <param name="usesColour">Whether it may be coloured.</param>
    /// <param name="history">Where lines are kept.</param>
    public EditedLines(DebuggerContext context, SharedKeyboard keyboard, IAnsiConsole console, bool usesColour, HistoryFile history)
    {
        this.context = context;
        this.keyboard = keyboard;
        this.console = console;
        this.history = history;
        editor = new LineEditor(console, new EditorKeys(keyboard)) { Prompt = new StatusPrompt(context, usesColour) };
        foreach (string line in history.Load()) editor.History.Add(line);
        Bind(editor.KeyBindings);
    }

    /// <inheritdoc/>
    public bool IsTyped => true;

    /// <inheritdoc/>
    public string? ReadLine()
    {
        while (true)
        {
            if (keyboard.HasEnded) return null;
            // The editor waits with a timer between looks at the keyboard; the console's thread has nothing else to do.
            string? line = editor.ReadLine(CancellationToken.None).GetAwaiter().GetResult();
            if (hasEnded) return null;
            if (line is null) continue;
            history.Add(line.Trim());
            return line;
        }
    }

    private void Bind(KeyBindings keys)
    {
        keys.Clear();
        keys.Add<SubmitCommand>(ConsoleKey.Enter);
        keys.Add<BackspaceCommand>(ConsoleKey.Backspace);
        keys.Add<DeleteCommand>(ConsoleKey.Delete);
        keys.Add<MoveHomeCommand>(ConsoleKey.Home);
        keys.Add<MoveEndCommand>(ConsoleKey.End);
        keys.Add<MoveLeftCommand>(ConsoleKey.LeftArrow);
        keys.Add<MoveRightCommand>(ConsoleKey.RightArrow);
        keys.Add<PreviousHistoryCommand>(ConsoleKey.UpArrow);
        keys.Add<NextHistoryCommand>(ConsoleKey.DownArrow);
        keys.Add<PreviousWordCommand>(ConsoleKey.LeftArrow, ConsoleModifiers.Control);
        keys.Add<NextWordCommand>(ConsoleKey.RightArrow, ConsoleModifiers.Control);
        keys.Add(ConsoleKey.Tab, () => new CompleteWordCommand(line => LineCompletion.Of(context, line), Show));
        // The keys of readline.
        keys.Add<MoveHomeCommand>(ConsoleKey.A, ConsoleModifiers.Control);
        keys.Add<MoveEndCommand>(ConsoleKey.E, ConsoleModifiers.Control);
        keys.Add<MoveLeftCommand>(ConsoleKey.B, ConsoleModifiers.Control);
        keys.Add<MoveRightCommand>(ConsoleKey.F, ConsoleModifiers.Control);
        keys.Add<PreviousHistoryCommand>(ConsoleKey.P, ConsoleModifiers.Control);
        keys.Add<NextHistoryCommand>(ConsoleKey.N, ConsoleModifiers.Control);
        keys.Add(ConsoleKey.K, ConsoleModifiers.Control, () => new EditCommand(line => line.Clear(line.Position, line.Length - line.Position)));
        keys.Add(ConsoleKey.U, ConsoleModifiers.Control, () => new EditCommand(DeleteToStart));
        keys.Add(ConsoleKey.W, ConsoleModifiers.Control, () => new EditCommand(DeleteWord));
        keys.Add(ConsoleKey.C, ConsoleModifiers.Control, () => new LeaveCommand(_ => true));
        keys.Add(ConsoleKey.D, ConsoleModifiers.Control, () => new LeaveCommand(line => hasEnded = line.Length == 0));
    }

    private static void DeleteToStart(LineBuffer line)
    {
        int position = line.Position;
        line.Clear(0, position);
        line.Move(0);
    }

    private static void DeleteWord(LineBuffer line)
    {
        int start = line.Position;
        while (start > 0 && char.IsWhiteSpace(line.Content[start - 1])) start--;
        while (start > 0 && !char.IsWhiteSpace(line.Content[start - 1])) start--;
        int position = line.Position;
        line.Clear(start, position - start);
        line.Move(start);
    }

    /// <summary>Lists candidates below the line; the editor draws the line again below them.</summary>
    private void Show(IReadOnlyList<string> candidates)
    {
        int width = Math.Max(1, console.Profile.Width), column = candidates.Max(word => word.Length) + ColumnGap, perLine = Math.Max(1, width / column);
        console.Profile.Out.Writer.WriteLine();
        foreach (string[] line in candidates.Take(MostShown).Chunk(perLine))
            console.Profile.Out.Writer.WriteLine(string.Concat(line.Select(word => word.PadRight(column))).TrimEnd());
        if (candidates.Count > MostShown) console.Profile.Out.Writer.WriteLine($"... and {candidates.Count - MostShown} more");
        console.Profile.Out.Writer.Flush();
    }
}
