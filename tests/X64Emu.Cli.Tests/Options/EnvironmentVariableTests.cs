using X64Emu.Cli.Options;
using Xunit;

namespace X64Emu.Cli.Tests.Options;

public sealed class EnvironmentVariableTests
{
    [Fact]
    public void Join_Nothing_IsTheDefaults() => Assert.Equal(EnvironmentVariable.Defaults, EnvironmentVariable.Join([]));

    [Fact]
    public void Join_SameNameAgain_ReplacesTheEarlier() =>
        Assert.Equal(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "A=b=c"], EnvironmentVariable.Join(["HOME=/x", "HOME=/root", "A=b=c"]));

    [Fact]
    public void Join_NameAlone_TakesTheHostsValue() =>
        Assert.Contains($"PATH={Environment.GetEnvironmentVariable("PATH")}", EnvironmentVariable.Join(["PATH"]));

    [Theory]
    [InlineData("=value")]
    [InlineData("")]
    [InlineData("X64EMU_SURELY_NOT_SET")]
    public void Join_NoNameOrUnknownName_IsUsageError(string word) =>
        Assert.Throws<UsageException>(() => EnvironmentVariable.Join([word]));
}
