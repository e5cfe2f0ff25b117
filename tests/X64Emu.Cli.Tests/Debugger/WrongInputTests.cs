using X64Emu.Cli.Debugger;
using Xunit;

namespace X64Emu.Cli.Tests.Debugger;

/// <summary>Whatever stands behind a command, it answers or says in one line what is wrong, and the session goes on.</summary>
public sealed class WrongInputTests
{
    private static readonly string[] nonsense = ["%%%", "nothing", "(((", "1 2 3 4 5 6 7", "99999999999999999999", "\"open", "0 if", "pid", "*0", "..", ",", "-1", "$", "'", "!", "= 5", "\u0007\u001b[2J"];

    public static TheoryData<string> Names => [.. CommandRegistry.Create().All.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Command_WithNonsense_GivesAtMostOneErrorLine(string name)
    {
        using TemporaryFolder folder = new();
        using ConsoleSession session = new ConsoleSession().AtProgramStart();
        foreach (string text in nonsense)
        {
            session.Run($"{name} {text}");
            Assert.DoesNotContain("internal error", session.Errors, StringComparison.Ordinal);
            Assert.True(session.Errors.Count(character => character == '\n') <= 1, $"{name} {text}: {session.Errors}");
            Assert.DoesNotContain(session.Errors.TrimEnd('\n'), char.IsControl);
        }
        Assert.Equal("0x3e8  1000\n", session.Run("print 1000"));
    }
}
