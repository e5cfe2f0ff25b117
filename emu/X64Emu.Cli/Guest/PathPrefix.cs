namespace X64Emu.Cli.Guest;

/// <summary>Absolute paths as trees.</summary>
internal static class PathPrefix
{
    /// <summary>Whether <paramref name="path"/> is <paramref name="directory"/> or lies below it.</summary>
    public static bool Covers(string directory, string path) =>
        directory == "/" || path == directory || (path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == '/');

    /// <summary>The rest of <paramref name="path"/> below <paramref name="directory"/>, which must cover it: empty, or with a leading slash.</summary>
    public static string Below(string directory, string path) => directory == "/" ? path : path[directory.Length..];
}
