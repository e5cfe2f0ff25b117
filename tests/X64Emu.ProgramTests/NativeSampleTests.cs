using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>The samples on the host itself: what they print is the reference, so it must not change from run to run.</summary>
public sealed class NativeSampleTests
{
    public static TheoryData<string> Samples => [.. SampleList.Names];

    [Fact]
    public void SampleList_ComparedWithTheFolders_NamesThemAll()
    {
        IEnumerable<string> folders = Directory.GetDirectories(Path.Combine(Repository.Root, "samples"))
            .Select(folder => Path.GetFileName(folder)!)
            .Where(name => name is not ("bin" or "common"));
        Assert.Equal(folders.Order(StringComparer.Ordinal), SampleList.Names.Order(StringComparer.Ordinal));
    }

    [NativeTheory]
    [MemberData(nameof(Samples))]
    public void Sample_RunTwiceNatively_PrintsTheSame(string name)
    {
        ProgramResult first = NativeProgram.Run(Repository.Sample(name)), second = NativeProgram.Run(Repository.Sample(name));
        Assert.Equal(SampleList.ExitStatus(name), first.ExitStatus);
        Assert.NotEmpty(first.StandardOutput);
        Assert.Equal(first, second);
    }

    [NativeFact]
    public void CowFork_RunNatively_CopiesOnFirstWritesOnly()
    {
        string[] lines = NativeProgram.Run(Repository.Sample("cow-fork")).StandardOutput.TrimEnd().Split('\n');
        Assert.Equal("parent: wrote 'P' to pages 0 to 1023, faults per page: 1", lines[0]);
        Assert.Equal("child: read pages 0 to 1023, all 'P', faults per page: 0", lines[1]);
        Assert.Equal("child: wrote 'C' to pages 0 to 511, faults per page: 1", lines[2]);
        Assert.Equal("child: wrote 'C' to pages 0 to 511, faults per page: 0", lines[3]);
        Assert.Equal("parent: read pages 0 to 1023, all 'P', faults per page: 0", lines[4]);
    }
}
