namespace X64Emu.ProgramTests.Running;

/// <summary>Runs shell scripts as root of a namespace of their own: what they mount is seen by nobody else and goes away with them.</summary>
internal static class Namespace
{
    private const string Tool = "unshare", Package = "util-linux";
    private static readonly string[] options = ["--user", "--map-root-user", "--mount"];
    private static readonly Lazy<string?> missing = new(FindMissing);

    /// <summary>Why there are no such namespaces here; null when there are.</summary>
    public static string? MissingMessage => missing.Value;

    /// <summary>`sh -e -c SCRIPT`, with arguments $1, $2 and so on.</summary>
    public static ProgramResult Run(string script, params string[] arguments) =>
        HostProcess.Run(HostTool.Require(Tool, Package), [.. options, "/bin/sh", "-e", "-c", script, "sh", .. arguments]);

    private static string? FindMissing()
    {
        if (HostTool.MissingMessage(Tool, Package) is { } message) return message;
        ProgramResult result = HostProcess.Run(HostTool.Require(Tool, Package), [.. options, "true"], folder: Path.GetTempPath());
        return result.ExitStatus == 0 ? null : $"this host lets its users mount nothing: {result.StandardError.Trim()}";
    }
}
