namespace X64Emu.Cli.Debugger.Editing;

/// <summary>Command lines of earlier sessions, in the user's state directory. Without a place to keep them there are none.</summary>
/// <param name="path">The file; null for none.</param>
internal sealed class HistoryFile(string? path)
{
    private const int MostLines = 1000;
    private const long LongestBytes = 1 << 20;
    private string last = "";

    /// <summary>The file of this user: <c>$XDG_STATE_HOME/x64emu/history</c>, in <c>~/.local/state</c> if that is not set.</summary>
    public static HistoryFile ForUser()
    {
        string? home = Environment.GetEnvironmentVariable("HOME"), state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        // The specification says to ignore a path that is not absolute.
        string? folder = state is not null && Path.IsPathRooted(state) ? state : string.IsNullOrEmpty(home) ? null : Path.Combine(home, ".local", "state");
        return new HistoryFile(folder is null ? null : Path.Combine(folder, "x64emu", "history"));
    }

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyList<string> Load()
    {
        try
        {
            if (path is null || !File.Exists(path) || new FileInfo(path).Length > LongestBytes) return [];
            string[] lines = [.. File.ReadAllLines(path).Where(line => !string.IsNullOrWhiteSpace(line)).TakeLast(MostLines)];
            last = lines.LastOrDefault("");
            return lines;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Adds a line, unless it repeats the last one.</summary>
    public void Add(string line)
    {
        if (path is null || string.IsNullOrWhiteSpace(line) || line == last) return;
        last = line;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (File.Exists(path) && new FileInfo(path).Length > LongestBytes / 2) File.WriteAllLines(path, File.ReadAllLines(path).TakeLast(MostLines));
            File.AppendAllLines(path, [line]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A history that cannot be kept is no reason to disturb the session.
        }
    }
}
