namespace X64Emu.ProgramTests.Running;

/// <summary>Runs an ELF file with the built tool, as a user would.</summary>
internal static class EmulatedProgram
{
    /// <summary>`x64emu run OPTIONS PATH ARGUMENTS`.</summary>
    public static ProgramResult Run(
        string path, IEnumerable<string>? arguments = null, string standardInput = "", IEnumerable<string>? options = null, TimeSpan? timeout = null) =>
        Command(["run", .. options ?? [], path, .. arguments ?? []], standardInput, timeout);

    /// <summary>`x64emu` with any command line.</summary>
    public static ProgramResult Command(IEnumerable<string> arguments, string standardInput = "", TimeSpan? timeout = null) =>
        HostProcess.Run(Repository.Tool, arguments, standardInput, timeout);
}
