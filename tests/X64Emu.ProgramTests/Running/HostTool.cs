namespace X64Emu.ProgramTests.Running;

/// <summary>Programs of the host that some tests need.</summary>
internal static class HostTool
{
    /// <summary>The CI environment installs everything, so there a missing tool is a failure and not a reason to skip.</summary>
    public static bool IsContinuousIntegration =>
        string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The full path of a tool on PATH, or null.</summary>
    public static string? Find(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, tool))
            .FirstOrDefault(File.Exists);

    /// <summary>Why a test that needs the tool cannot run; null when it can.</summary>
    public static string? MissingMessage(string tool, string package) =>
        Find(tool) is null ? $"{tool} is missing; on Debian and Ubuntu: apt install {package}" : null;

    /// <summary>The full path of the tool.</summary>
    /// <exception cref="InvalidOperationException">It is missing; the message names the package.</exception>
    public static string Require(string tool, string package) =>
        Find(tool) ?? throw new InvalidOperationException(MissingMessage(tool, package));
}
