namespace X64Emu.Cli.Debugger.Editing;

/// <summary>What the last word of a line could become.</summary>
internal static class LineCompletion
{
    /// <summary>The candidates, in order, without doubles.</summary>
    /// <param name="context">The session and the console.</param>
    /// <param name="line">The line up to the cursor.</param>
    public static IReadOnlyList<string> Of(DebuggerContext context, string line)
    {
        string text = line.TrimStart();
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        bool startsWord = text.Length == 0 || char.IsWhiteSpace(text[^1]);
        if (words.Length == 0 || (words.Length == 1 && !startsWord)) return [.. context.Commands.Complete(words.Length == 0 ? "" : words[0])];
        string last = startsWord ? "" : words[^1];
        string[] typed = startsWord ? [.. words.Skip(1), ""] : [.. words.Skip(1)];
        try
        {
            IDebuggerCommand command = CommandCall.Parse(text, context.Commands).Command;
            return [.. command.Complete(context, typed).Where(word => word.StartsWith(last, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
        }
        catch (CommandException)
        {
            return [];
        }
    }
}
