namespace X64Emu.Cli.Guest;

/// <summary>Finds a program by its bare name, as a shell in the guest would.</summary>
internal static class ProgramSearch
{
    private const string Prefix = "PATH=";

    /// <summary>Looks for a name without a slash that the current directory does not hold in the directories of the program's PATH.</summary>
    /// <param name="program">The program as the user wrote it.</param>
    /// <param name="environment">The program's environment, each `NAME=VALUE`.</param>
    /// <param name="root">The host directory that is the guest's root; "/" where the guest sees host paths.</param>
    /// <param name="currentDirectory">The tool's current directory, absolute.</param>
    /// <returns>The guest's path of the file found, or the program as it was written.</returns>
    public static string Find(string program, IReadOnlyList<string> environment, string root, string currentDirectory)
    {
        if (program.Contains('/', StringComparison.Ordinal) || File.Exists(Path.Join(currentDirectory, program))) return program;
        string? path = environment.LastOrDefault(variable => variable.StartsWith(Prefix, StringComparison.Ordinal));
        if (path is null) return program;
        foreach (string folder in path[Prefix.Length..].Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = Path.Join(folder, program);
            if (candidate.StartsWith('/') && File.Exists(Path.Join(root, candidate))) return candidate;
        }
        return program;
    }
}
