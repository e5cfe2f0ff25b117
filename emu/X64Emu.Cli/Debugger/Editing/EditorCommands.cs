using RadLine;

namespace X64Emu.Cli.Debugger.Editing;

/// <summary>A change of the line, as a key's effect.</summary>
internal sealed class EditCommand(Action<LineBuffer> edit) : LineEditorCommand
{
    /// <inheritdoc/>
    public override void Execute(LineEditorContext context) => edit(context.Buffer);
}

/// <summary>Ends the reading of a line without a line.</summary>
internal sealed class LeaveCommand(Func<LineBuffer, bool> mayLeave) : LineEditorCommand
{
    /// <inheritdoc/>
    public override void Execute(LineEditorContext context)
    {
        if (mayLeave(context.Buffer)) context.Submit(SubmitAction.Cancel);
    }
}

/// <summary>Completes the word at the cursor as far as it is certain, and shows what it could become when it is not.</summary>
internal sealed class CompleteWordCommand(Func<string, IReadOnlyList<string>> complete, Action<IReadOnlyList<string>> show) : LineEditorCommand
{
    /// <inheritdoc/>
    public override void Execute(LineEditorContext context)
    {
        LineBuffer buffer = context.Buffer;
        string before = buffer.Content[..buffer.Position];
        int start = before.Length;
        while (start > 0 && !char.IsWhiteSpace(before[start - 1])) start--;
        string word = before[start..];
        IReadOnlyList<string> candidates = complete(before);
        if (candidates.Count == 0) return;
        string common = CommonPrefix(candidates);
        if (candidates.Count == 1 && !common.EndsWith('/')) common += " ";
        if (common.Length > word.Length)
        {
            buffer.Clear(start, word.Length);
            buffer.Move(start);
            buffer.Insert(common);
            buffer.Move(start + common.Length);
        }
        else if (candidates.Count > 1)
        {
            show(candidates);
        }
    }

    private static string CommonPrefix(IReadOnlyList<string> words)
    {
        string common = words[0];
        foreach (string word in words)
        {
            int length = 0;
            while (length < common.Length && length < word.Length && common[length] == word[length]) length++;
            common = common[..length];
        }
        return common;
    }
}
