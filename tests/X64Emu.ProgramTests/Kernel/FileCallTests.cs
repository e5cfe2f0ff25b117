using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Kernel;

/// <summary>Programs that print the result and error of each call on files, directories and pipes: every line must be what Linux prints.</summary>
public sealed class FileCallTests
{
    [NativeTheory]
    [InlineData("file-calls")]
    [InlineData("file-locks")]
    [InlineData("file-sync")]
    [InlineData("file-truncate")]
    [InlineData("memory-files")]
    [InlineData("named-pipes")]
    [InlineData("shared-segments")]
    [InlineData("directory-calls")]
    [InlineData("pipe-calls")]
    public void Calls_InMemory_GiveLinuxResults(string name) =>
        Assert.Equal(Expected(name), EmulatedProgram.Run(CompiledProgram.Glibc(name), ["/tmp"]).StandardOutput);

    [NativeTheory]
    [InlineData("file-calls")]
    [InlineData("file-locks")]
    [InlineData("file-sync")]
    [InlineData("file-truncate")]
    [InlineData("directory-calls")]
    [InlineData("pipe-calls")]
    public void Calls_InSharedDirectory_GiveLinuxResults(string name)
    {
        string shared = Directory.CreateTempSubdirectory("x64emu-files").FullName;
        try
        {
            ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc(name), ["/shared"], options: ["--mount", $"{shared}:/shared:rw"]);
            Assert.Equal(Expected(name), result.StandardOutput);
        }
        finally
        {
            Directory.Delete(shared, recursive: true);
        }
    }

    /// <summary>Beside the host's own tmpfs: disk file systems answer some of these calls otherwise.</summary>
    [NativeTheory]
    [InlineData("vector-flags")]
    [InlineData("file-limits")]
    [InlineData("memory-space")]
    [InlineData("resolve-rules")]
    [InlineData("splice-calls")]
    [InlineData("remap-pages")]
    public void Calls_InMemory_GiveTheResultsOfLinuxsTmpfs(string name) =>
        Assert.Equal(ExpectedInMemory(name), EmulatedProgram.Run(CompiledProgram.Glibc(name), ["/tmp"]).StandardOutput);

    [NativeRootFact]
    public void PathTricks_InMemory_GiveTheResultsOfLinuxsTmpfs() =>
        Assert.Equal(ExpectedInMemory("path-tricks"), EmulatedProgram.Run(CompiledProgram.Glibc("path-tricks"), ["/tmp"]).StandardOutput);

    [NativeTheory]
    [InlineData("vector-flags")]
    [InlineData("file-limits")]
    public void Calls_InSharedDirectory_GiveTheResultsOfLinuxsTmpfs(string name)
    {
        string shared = Directory.CreateTempSubdirectory("x64emu-files").FullName;
        try
        {
            ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc(name), ["/shared"], options: ["--mount", $"{shared}:/shared:rw"]);
            Assert.Equal(ExpectedInMemory(name), result.StandardOutput);
        }
        finally
        {
            Directory.Delete(shared, recursive: true);
        }
    }

    /// <summary>A tmpfs of any size: the program counts from its last page.</summary>
    [RequiresMountsFact]
    public void FullFileSystem_InMemory_GivesLinuxResults()
    {
        string program = CompiledProgram.Glibc("full-memory");
        string folder = Directory.CreateTempSubdirectory("x64emu-files").FullName;
        try
        {
            ProgramResult native = Namespace.Run("mount -t tmpfs -o size=4m none \"$1\"; exec \"$2\" \"$1\"", folder, program);
            Assert.Contains("No space left on device", native.StandardOutput, StringComparison.Ordinal);
            Assert.Equal(native, EmulatedProgram.Run(program, ["/dev/shm"], options: ["-m", "64M"]));
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [RequiresToolTheory(Qemu.Tool, Qemu.Package)]
    [InlineData("file-calls")]
    [InlineData("file-locks")]
    [InlineData("file-sync")]
    [InlineData("file-truncate")]
    [InlineData("directory-calls")]
    [InlineData("pipe-calls")]
    public void Calls_OnQemu_GiveLinuxResults(string name) =>
        Assert.Equal(Expected(name), Qemu.Run(Repository.Kernel, CompiledProgram.Glibc(name), ["/tmp"]).StandardOutput);

    private static string ExpectedInMemory(string name) => Expected(name, Directory.CreateDirectory($"/dev/shm/x64emu-{Guid.NewGuid():N}").FullName);

    private static string Expected(string name) => Expected(name, Directory.CreateTempSubdirectory("x64emu-files").FullName);

    private static string Expected(string name, string folder)
    {
        try
        {
            return NativeProgram.Run(CompiledProgram.Glibc(name), [folder]).StandardOutput;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
