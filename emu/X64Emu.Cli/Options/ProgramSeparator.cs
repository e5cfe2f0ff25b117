using System.CommandLine;

namespace X64Emu.Cli.Options;

/// <summary>Divides a command line at the program: what stands before it is the tool's, what follows belongs to the program, options too.</summary>
internal static class ProgramSeparator
{
    /// <summary>Puts `--` before the first word that is neither an option of <paramref name="command"/> nor an option's value.</summary>
    /// <param name="words">The words behind the command's name.</param>
    /// <param name="command">Whose options to know.</param>
    /// <exception cref="UsageException">An option stands before the program that the command does not have.</exception>
    public static IReadOnlyList<string> Insert(IReadOnlyList<string> words, Command command)
    {
        int position = 0;
        while (position < words.Count)
        {
            string word = words[position];
            if (word is "--" or "-h" or "-?" or "--help") return words;
            if (word.Length < 2 || word[0] != '-') return [.. words.Take(position), "--", .. words.Skip(position)];
            position += TakesNextWord(word, command) ? 2 : 1;
        }
        return words;
    }

    private static bool TakesNextWord(string word, Command command)
    {
        if (!word.StartsWith("--", StringComparison.Ordinal)) return ShortOptionsTakeNextWord(word, command);
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        Option option = Find(equals < 0 ? word : word[..equals], command);
        if (equals >= 0 && !TakesValue(option)) throw new UsageException($"{word}: {word[..equals]} takes no value");
        return equals < 0 && TakesValue(option);
    }

    // Short options may stand in one word (-jv); the first that takes a value takes the rest of the word (-x,), or the next word.
    private static bool ShortOptionsTakeNextWord(string word, Command command)
    {
        for (int letter = 1; letter < word.Length; letter++)
        {
            if (TakesValue(Find($"-{word[letter]}", command))) return letter == word.Length - 1;
        }
        return false;
    }

    private static Option Find(string name, Command command) =>
        command.Options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name))
        ?? throw new UsageException($"{command.Name} has no option {name}; 'x64emu {command.Name} --help' lists them");

    private static bool TakesValue(Option option) => option.Arity.MinimumNumberOfValues > 0;
}
