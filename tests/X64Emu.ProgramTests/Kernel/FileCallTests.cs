using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Kernel;

/// <summary>Programs that print the result and error of each call on files, directories and pipes: every line must be what Linux prints.</summary>
public sealed class FileCallTests
{
    [NativeTheory]
    [InlineData("file-calls")]
    [InlineData("file-sync")]
    [InlineData("file-truncate")]
    [InlineData("memory-files")]
    [InlineData("shared-segments")]
    [InlineData("directory-calls")]
    [InlineData("pipe-calls")]
    public void Calls_InMemory_GiveLinuxResults(string name) =>
        Assert.Equal(Expected(name), EmulatedProgram.Run(CompiledProgram.Glibc(name), ["/tmp"]).StandardOutput);

    [NativeTheory]
    [InlineData("file-calls")]
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

    [RequiresToolTheory(Qemu.Tool, Qemu.Package)]
    [InlineData("file-calls")]
    [InlineData("file-sync")]
    [InlineData("file-truncate")]
    [InlineData("directory-calls")]
    [InlineData("pipe-calls")]
    public void Calls_OnQemu_GiveLinuxResults(string name) =>
        Assert.Equal(Expected(name), Qemu.Run(Repository.Kernel, CompiledProgram.Glibc(name), ["/tmp"]).StandardOutput);

    private static string Expected(string name)
    {
        string folder = Directory.CreateTempSubdirectory("x64emu-files").FullName;
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
