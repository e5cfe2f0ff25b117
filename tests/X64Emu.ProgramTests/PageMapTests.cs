using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>What /proc/PID/pagemap and numa_maps tell of pages.</summary>
public sealed class PageMapTests
{
    /// <summary>The text is Debian's Linux 6.1's, but for the page that is in swap space: there was none. Not every host's kernel has the bits.</summary>
    [Fact]
    public void SoftDirtyBits_AfterClearRefs_TellWhatWasWritten()
    {
        string expected = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Programs", "soft-dirty.txt"));
        Assert.Equal(expected, EmulatedProgram.Run(CompiledProgram.Glibc("soft-dirty"), [], options: ["--swap", "16M"]).StandardOutput);
    }

    [NativeFact]
    public void NumaMaps_OfKnownPages_CountThemAsOnLinux()
    {
        string program = CompiledProgram.Glibc("numa-maps");
        Assert.Equal(NativeProgram.Run(program, []), EmulatedProgram.Run(program, []));
    }
}
