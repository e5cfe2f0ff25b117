using System.CommandLine;
using X64Emu.Cli.Options;
using Xunit;

namespace X64Emu.Cli.Tests.Options;

public sealed class ProgramSeparatorTests
{
    private readonly Command command = new("stat")
    {
        new Option<string>("--memory", "-m"), new Option<string>("-x"), new Option<bool>("-j"), new Option<string[]>("--env"),
    };

    [Theory]
    [InlineData("prog -m 1 --env", "-- prog -m 1 --env")]
    [InlineData("-m 64M prog -j", "-m 64M -- prog -j")]
    [InlineData("-m64M prog", "-m64M -- prog")]
    [InlineData("--memory=64M prog", "--memory=64M -- prog")]
    [InlineData("-x, -j prog -x", "-x, -j -- prog -x")]
    [InlineData("-x , prog", "-x , -- prog")]
    [InlineData("-jx, prog", "-jx, -- prog")]
    [InlineData("-jx , prog", "-jx , -- prog")]
    [InlineData("--env A=1 --env B=2 prog", "--env A=1 --env B=2 -- prog")]
    [InlineData("-j -- -prog", "-j -- -prog")]
    [InlineData("--help", "--help")]
    [InlineData("-j -h prog", "-j -h prog")]
    [InlineData("prog --help", "-- prog --help")]
    [InlineData("-j - x", "-j -- - x")]
    [InlineData("-j", "-j")]
    [InlineData("-m", "-m")]
    public void Insert_Words_SeparatesAtTheProgram(string words, string expected) =>
        Assert.Equal(expected, string.Join(' ', ProgramSeparator.Insert(words.Split(' '), command)));

    [Theory]
    [InlineData("--bad prog", "--bad")]
    [InlineData("-q prog", "-q")]
    [InlineData("-jq prog", "-q")]
    [InlineData("--bad=1 prog", "--bad")]
    public void Insert_UnknownOptionBeforeTheProgram_IsNamed(string words, string option)
    {
        UsageException error = Assert.Throws<UsageException>(() => ProgramSeparator.Insert(words.Split(' '), command));
        Assert.Equal($"stat has no option {option}; 'x64emu stat --help' lists them", error.Message);
    }

    [Fact]
    public void Insert_ValueForAnOptionWithoutOne_IsRefused()
    {
        Command stat = new("stat") { Options = { new Option<bool>("--flag") } };
        UsageException error = Assert.Throws<UsageException>(() => ProgramSeparator.Insert(["--flag=yes", "prog"], stat));
        Assert.Equal("--flag=yes: --flag takes no value", error.Message);
    }
}
