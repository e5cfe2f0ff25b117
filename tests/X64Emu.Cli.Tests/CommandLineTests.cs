using Xunit;

namespace X64Emu.Cli.Tests;

/// <summary>What the tool says about itself.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("x64emu [command] [options]", "--help")]
    [InlineData("x64emu run [options] PROGRAM [ARG...]", "run", "--help")]
    public void Help_OfToolAndCommand_CallsTheToolByItsName(string usage, params string[] words)
    {
        TextWriter console = Console.Out;
        using StringWriter output = new();
        Console.SetOut(output);
        try
        {
            Assert.Equal(0, CommandLine.Run(words));
        }
        finally
        {
            Console.SetOut(console);
        }
        Assert.Contains(usage, output.ToString(), StringComparison.Ordinal);
    }
}
