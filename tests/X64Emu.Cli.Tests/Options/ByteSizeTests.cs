using X64Emu.Cli.Options;
using Xunit;

namespace X64Emu.Cli.Tests.Options;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("64K", 65536)]
    [InlineData("256M", 268435456)]
    [InlineData("256m", 268435456)]
    [InlineData("2GiB", 2147483648)]
    [InlineData("1T", 1099511627776)]
    public void Parse_NumberAndUnit_IsBytes(string text, ulong bytes) => Assert.Equal(bytes, ByteSize.Parse(text, "-m"));

    [Theory]
    [InlineData("")]
    [InlineData("256")]
    [InlineData("M")]
    [InlineData("-1M")]
    [InlineData("1.5G")]
    [InlineData("256X")]
    [InlineData("99999999999999999999M")]
    [InlineData("99999999T")]
    public void Parse_AnythingElse_SaysHowToWriteIt(string text)
    {
        UsageException error = Assert.Throws<UsageException>(() => ByteSize.Parse(text, "--memory"));
        Assert.Equal($"--memory {text}: a size is a whole number and a unit, such as 64K, 256M or 1G", error.Message);
    }

    [Theory]
    [InlineData(64UL << 10, "64K")]
    [InlineData(1536UL << 20, "1536M")]
    [InlineData(3UL << 40, "3T")]
    [InlineData((1UL << 30) + 4096, "1048580K")]
    public void Format_Bytes_IsReadBackTheSame(ulong bytes, string text)
    {
        Assert.Equal(text, ByteSize.Format(bytes));
        Assert.Equal(bytes, ByteSize.Parse(text, "-m"));
    }
}
