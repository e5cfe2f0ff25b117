using System.Globalization;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>Where programs, stacks, heaps and mappings go, beside Linux: fixed places, and what varies where addresses are random.</summary>
public sealed class LayoutTests
{
    private static readonly string[] randomized = ["--aslr", "on"];

    [NativeFact]
    public void FixedLayout_UnderStackLimitsAndPersonalities_IsLinuxs()
    {
        string program = CompiledProgram.Glibc("layout");
        Assert.Equal(NativeProgram.Run(program, ["fixed"]), EmulatedProgram.Run(program, ["fixed"]));
    }

    /// <summary>A folder of the host looks like ext4 here: what is as large as a huge page begins where one could.</summary>
    [NativeFact]
    public void Mappings_OfLargeFilesAndMemory_AreAlignedAsOnLinux()
    {
        if (new DriveInfo(CompiledProgram.Folder).DriveFormat is not ("ext4" or "xfs" or "btrfs")) return;
        string program = CompiledProgram.Glibc("map-alignment");
        Assert.Equal(NativeProgram.RunAtFixedAddresses(program), EmulatedProgram.Run(program, []));
    }

    [NativeFact]
    public void HeapAreas_AsTheEndMoves_AreLinuxs()
    {
        string program = CompiledProgram.Glibc("heap-areas");
        Assert.Equal(NativeProgram.RunAtFixedAddresses(program), EmulatedProgram.Run(program));
    }

    [NativeTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void RandomLayout_OfManyRuns_VariesInTheBitsThatVaryOnLinux(bool isPositionIndependent)
    {
        // The reference is a host that randomizes all it can.
        if (int.Parse(File.ReadAllText("/proc/sys/kernel/randomize_va_space"), CultureInfo.InvariantCulture) != 2) return;
        string program = isPositionIndependent ? CompiledProgram.StaticPie("layout") : CompiledProgram.Glibc("layout");
        Assert.Equal(NativeProgram.Run(program, ["random"]), EmulatedProgram.Run(program, ["random"], options: randomized));
    }

    [Fact]
    public void RandomLayout_OfDynamicProgram_MovesTheProgramToo()
    {
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Dynamic("layout"), ["random"], options: ["--root", "/", .. randomized]);
        Assert.Contains("program: bits 12 to 39 vary, below stay", result.StandardOutput, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "stay", "stay")]
    [InlineData("1", "vary", "stay")]
    [InlineData("2", "vary", "vary")]
    public void RandomizeVaSpace_Set_DecidesWhatVaries(string level, string stack, string heap)
    {
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc("layout"), ["random", level]);
        Assert.Contains($"stack: bits 12 to 33 {stack}, below stay", result.StandardOutput, StringComparison.Ordinal);
        Assert.Contains($"mappings: bits 12 to 39 {stack}, below stay", result.StandardOutput, StringComparison.Ordinal);
        Assert.Contains($"heap: bits 12 to 29 {heap}, below stay", result.StandardOutput, StringComparison.Ordinal);
        Assert.Empty(result.StandardError);
    }

    [Fact]
    public void RandomLayout_OfTwoMachines_IsTheSame()
    {
        ProgramResult first = EmulatedProgram.Run(Repository.Sample("aslr"), ["-v"], options: randomized);
        ProgramResult second = EmulatedProgram.Run(Repository.Sample("aslr"), ["-v"], options: randomized);
        Assert.Equal(first, second);
        Assert.Contains("stack    differs", first.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("random as far as kernel.randomize_va_space says", first.StandardOutput, StringComparison.Ordinal);
    }
}
