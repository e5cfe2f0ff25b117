using X64Emu.Cli.Guest;
using Xunit;

namespace X64Emu.Cli.Tests.Guest;

public sealed class KernelCommandLineTests
{
    [Fact]
    public void ToString_ProgramAlone_IsSeparatorAndPath() =>
        Assert.Equal("-- /bin/true", new KernelCommandLine("/bin/true", []).ToString());

    [Fact]
    public void ToString_AllOptions_StandBeforeTheSeparator()
    {
        KernelCommandLine line = new("/a/b", ["-v", "3"])
        {
            RootTag = "root",
            Mounts = [new KernelMount("cwd", "/home/me", IsWritable: false), new KernelMount("m0", "/data", IsWritable: true)],
            WorkingDirectory = "/home/me",
            Environment = ["PATH=/bin", "NAME=two words"],
            SplitStdio = true,
            FaultAroundPages = 1,
            RandomizesAddresses = true,
            LogLevel = "debug",
        };
        Assert.Equal(
            "root=root mount=cwd:/home/me:ro mount=m0:/data:rw cwd=/home/me env=PATH=/bin env=NAME=two%20words stdio=split fault_around=1 aslr=on loglevel=debug -- /a/b -v 3",
            line.ToString());
    }

    [Theory]
    [InlineData("two words", "two%20words")]
    [InlineData("100%", "100%25")]
    [InlineData("tab\tnewline\n", "tab%09newline%0a")]
    [InlineData("é", "%c3%a9")]
    [InlineData("\u007f", "%7f")]
    [InlineData("a=b:c/~!", "a=b:c/~!")]
    [InlineData("", "")]
    public void ToString_ArgumentWithUnsafeBytes_EncodesThem(string argument, string encoded) =>
        Assert.Equal($"-- /p {encoded}", new KernelCommandLine("/p", [argument]).ToString());
}
