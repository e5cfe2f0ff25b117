namespace X64Emu.Cli.Debugger.Expressions;

/// <summary>What the word at the cursor could become: symbols, registers, files.</summary>
internal static class NameCompletion
{
    private const int MostFiles = 500;

    /// <summary>An expression whose last name is being typed: everything before that name stays as it is.</summary>
    public static IEnumerable<string> Expression(DebuggerContext context, string word)
    {
        int start = word.Length;
        while (start > 0 && (char.IsAsciiLetterOrDigit(word[start - 1]) || word[start - 1] is '_' or '.' or '$' or '!')) start--;
        string before = word[..start], name = word[start..];
        if (name.Length == 0) return [];
        IEnumerable<string> names = [.. context.Scope.RegisterAndVariableNames, .. context.Session.Symbols.Complete(name, context.Session.LastStop.Pid)];
        return names.Where(candidate => candidate.StartsWith(name, StringComparison.Ordinal)).Select(candidate => before + candidate);
    }

    /// <summary>A path of the host; directories end with a slash.</summary>
    public static IEnumerable<string> File(string word)
    {
        int slash = word.LastIndexOf('/') + 1;
        string folder = word[..slash];
        try
        {
            return
            [
                .. new DirectoryInfo(folder.Length == 0 ? "." : folder).EnumerateFileSystemInfos(word[slash..].Replace("*", "", StringComparison.Ordinal) + "*")
                    .Take(MostFiles).Select(entry => folder + entry.Name + ((entry.Attributes & FileAttributes.Directory) != 0 ? "/" : "")),
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }
}
