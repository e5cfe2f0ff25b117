using System.Buffers.Binary;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>What cannot be run is refused with one clear line and exit status 2.</summary>
public sealed class BadInputTests : IDisposable
{
    private const int MachineField = 18, ProgramHeaderOffset = 64, SegmentAddress = 16;
    private readonly string folder = Directory.CreateTempSubdirectory("x64emu-bad").FullName;
    private readonly byte[] hello = File.ReadAllBytes(Repository.Sample("hello"));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Run_MissingFile_SaysSo() => AssertRefused("no such file", "/no/such/program");

    [Fact]
    public void Run_Directory_SaysSo() => AssertRefused("is a directory", folder);

    [Fact]
    public void Run_TextFile_SaysItIsNoElfFile() => AssertRefused("is not an ELF file", Written("not a program"u8));

    [Fact]
    public void Run_Script_HintsAtTheInterpreter() => AssertRefused("script", Written("#!/bin/sh\n"u8));

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(5000)]
    public void Run_TruncatedProgram_SaysSo(int lengthBytes) => AssertRefused("truncated", Written(hello.AsSpan(0, lengthBytes)));

    [Fact]
    public void Run_ProgramForAnotherProcessor_NamesIt()
    {
        BinaryPrimitives.WriteUInt16LittleEndian(hello.AsSpan(MachineField), 183);
        AssertRefused("AArch64", Written(hello));
    }

    [Fact]
    public void Run_SegmentOutsideOfUserSpace_SaysWhich()
    {
        BinaryPrimitives.WriteUInt64LittleEndian(hello.AsSpan(ProgramHeaderOffset + SegmentAddress), 0xffff_8000_0000_0000);
        AssertRefused("outside of user space", Written(hello));
    }

    [Fact]
    public void Run_OverlappingSegments_SaysWhich()
    {
        const int headerBytes = 56;
        Span<byte> second = hello.AsSpan(ProgramHeaderOffset + headerBytes);
        hello.AsSpan(ProgramHeaderOffset, headerBytes).CopyTo(second);
        AssertRefused("overlap", Written(hello));
    }

    [NativeFact]
    public void Run_DynamicProgramWithoutRoot_SaysWhatHelps() => AssertRefused("--root", CompiledProgram.Dynamic("greeting"));

    [Fact]
    public void Run_MountOfMissingDirectory_SaysSo() => AssertRefused("no such directory", "--mount", "/no/such:/data", Repository.Sample("hello"));

    [Theory]
    [InlineData("run", "--no-such-option", "program")]
    [InlineData("run", "-m", "little", "program")]
    [InlineData("run", "--tlb", "vax", "program")]
    [InlineData("run")]
    [InlineData("stat", "-e", "no-such-event", "program")]
    [InlineData("stat", "-x,", "-j", "program")]
    [InlineData("fly")]
    [InlineData("boot", "/no/such/kernel")]
    public void Tool_BadCommandLine_SaysWhatIsWrong(params string[] words) => AssertRefused(EmulatedProgram.Command(words), "");

    [Fact]
    public void Boot_ProgramThatIsNoKernel_SaysSo() => AssertRefused(EmulatedProgram.Command(["boot", Repository.Sample("hello")]), "PVH");

    private static void AssertRefused(string expected, params string[] words) => AssertRefused(EmulatedProgram.Command(["run", .. words]), expected);

    private static void AssertRefused(ProgramResult result, string expected)
    {
        Assert.Equal(2, result.ExitStatus);
        Assert.Empty(result.StandardOutput);
        Assert.StartsWith("x64emu: ", result.StandardError, StringComparison.Ordinal);
        Assert.Contains(expected, result.StandardError, StringComparison.Ordinal);
        Assert.Equal(result.StandardError.Length - 1, result.StandardError.IndexOf('\n', StringComparison.Ordinal));
    }

    private string Written(ReadOnlySpan<byte> content)
    {
        string path = Path.Combine(folder, "program");
        File.WriteAllBytes(path, content);
        return path;
    }
}
