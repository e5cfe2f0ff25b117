using System.Reflection;

namespace X64Emu.ProgramTests.Running;

/// <summary>Where the build put what the tests start.</summary>
internal static class Repository
{
    /// <summary>The top folder of the working copy.</summary>
    public static string Root { get; } = Metadata("RepositoryRoot");

    /// <summary>The built `x64emu`, of the same configuration as the tests.</summary>
    public static string Tool { get; } = Path.Combine(
        Root, "emu", "X64Emu.Cli", "bin", Metadata("Configuration"), "net10.0", OperatingSystem.IsWindows() ? "x64emu.exe" : "x64emu");

    /// <summary>The kernel image that the build embeds into the tool.</summary>
    public static string Kernel { get; } = Path.Combine(Root, "guestos", "bin", "kernel.elf");

    /// <summary>The folder of the built samples.</summary>
    public static string SampleFolder { get; } = Path.Combine(Root, "samples", "bin");

    /// <summary>The path of a built sample.</summary>
    public static string Sample(string name) => Path.Combine(SampleFolder, name);

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
