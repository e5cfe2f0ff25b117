using X64Emu.Cli.Debugger.Expressions;

namespace X64Emu.Cli.Debugger.Commands.System;

/// <summary>The file of <c>dump memory</c> and <c>load memory</c>.</summary>
internal static class MemoryFile
{
    /// <summary>Takes <c>memory FILE</c>.</summary>
    /// <exception cref="CommandException">One of them is missing, or the file is a directory.</exception>
    public static string TakeName(CommandArguments arguments)
    {
        if (!arguments.TakeKeyword("memory"))
            throw new CommandException($"column {arguments.Column}: 'memory' is missing: nothing else can be dumped or loaded");
        string file = arguments.NeedWord("a file name");
        return Directory.Exists(file) ? throw new CommandException($"{file} is a directory") : file;
    }

    /// <summary>Works with the file; the host's errors become a line.</summary>
    /// <param name="file">The file.</param>
    /// <param name="what">What cannot be done with it then.</param>
    /// <param name="work">Opens and uses it.</param>
    /// <exception cref="CommandException">It failed.</exception>
    public static void Try(string file, string what, Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CommandException($"{file} cannot be {what}: {failure.Message.TrimEnd('.')}");
        }
    }

    /// <summary>The words that could come next.</summary>
    public static IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => words.Count switch
    {
        1 => ["memory"],
        2 => NameCompletion.File(words[^1]),
        _ => NameCompletion.Expression(context, words[^1]),
    };
}
