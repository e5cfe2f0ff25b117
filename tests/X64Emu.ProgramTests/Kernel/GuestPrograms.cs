using X64Emu.ProgramTests.Running;

namespace X64Emu.ProgramTests.Kernel;

/// <summary>The C programs of tests/Programs, each one source file, built on first use into a folder next to the tests.</summary>
internal static class GuestPrograms
{
    private const string Compiler = "gcc";

    private static readonly Lock s_building = new();

    /// <summary>The kernel the build left.</summary>
    public static string Kernel { get; } = Path.Combine(Repository.Root, "guestos", "bin", "kernel.elf");

    /// <summary>The path of the built program: static, at 0x400000.</summary>
    public static string Build(string name)
    {
        string source = Path.Combine(Repository.Root, "tests", "Programs", name + ".c");
        string folder = Path.Combine(AppContext.BaseDirectory, "programs");
        string program = Path.Combine(folder, name);
        lock (s_building)
        {
            if (File.Exists(program) && File.GetLastWriteTimeUtc(program) > File.GetLastWriteTimeUtc(source)) return program;
            Directory.CreateDirectory(folder);
            ProgramResult result = HostProcess.Run(
                HostTool.Require(Compiler, Compiler), ["-O1", "-static", "-no-pie", "-pthread", "-o", program, source], folder: folder);
            return result.ExitStatus == 0 ? program : throw new InvalidOperationException(result.StandardError);
        }
    }
}
