using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>What /proc/PID/pagemap tells of pages.</summary>
public sealed class PageMapTests
{
    /// <summary>The text is Debian's Linux 6.1's, but for the page that is in swap space: there was none. Not every host's kernel has the bits.</summary>
    [Fact]
    public void SoftDirtyBits_AfterClearRefs_TellWhatWasWritten()
    {
        string expected = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Programs", "soft-dirty.txt"));
        Assert.Equal(expected, EmulatedProgram.Run(CompiledProgram.Glibc("soft-dirty"), [], options: ["--swap", "16M"]).StandardOutput);
    }
}
