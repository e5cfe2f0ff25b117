namespace X64Emu.ProgramTests.Running;

/// <summary>Runs an ELF file on the host's own processor and kernel: the reference.</summary>
internal static class NativeProgram
{
    /// <summary>Runs <paramref name="path"/> with these arguments and input.</summary>
    public static ProgramResult Run(string path, IEnumerable<string>? arguments = null, string standardInput = "") =>
        HostProcess.Run(path, arguments ?? [], standardInput);

    /// <summary>As <see cref="Run"/>, with everything at the addresses it has without randomization, as in the guest.</summary>
    public static ProgramResult RunAtFixedAddresses(string path) => HostProcess.Run(HostTool.Require("setarch", "util-linux"), ["-R", path], "");
}
