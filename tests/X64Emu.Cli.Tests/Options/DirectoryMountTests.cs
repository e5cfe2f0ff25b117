using X64Emu.Cli.Options;
using Xunit;

namespace X64Emu.Cli.Tests.Options;

public sealed class DirectoryMountTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("", "/data", false)]
    [InlineData(":ro", "/data", false)]
    [InlineData(":rw", "/data", true)]
    public void Parse_ExistingDirectory_IsMount(string suffix, string guest, bool isWritable) =>
        Assert.Equal(new DirectoryMount(folder.Path, guest, isWritable), DirectoryMount.Parse($"{folder.Path}:{guest}{suffix}"));

    [Fact]
    public void Parse_GuestPathWithExtraSlashes_IsNormalised() =>
        Assert.Equal("/a/b", DirectoryMount.Parse($"{folder.Path}/://a//b/").GuestPath);

    [Theory]
    [InlineData("/nowhere")]
    [InlineData(":/data")]
    [InlineData("/tmp:/data:rx")]
    [InlineData("/tmp:/data:rw:x")]
    [InlineData("/tmp:data")]
    [InlineData("/tmp:/a/../b")]
    [InlineData("/tmp:/")]
    [InlineData("/no/such/directory:/data")]
    [InlineData("/etc/passwd:/data")]
    public void Parse_Unusable_IsUsageErrorOnOneLine(string text)
    {
        UsageException error = Assert.Throws<UsageException>(() => DirectoryMount.Parse(text));
        Assert.StartsWith("--mount", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
