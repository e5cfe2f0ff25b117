using Xunit;

namespace X64Emu.Cli.Tests.Debugger;

public sealed class HelpTests
{
    [Fact]
    public void Help_OfACommand_ShowsUsageAndExample()
    {
        using ConsoleSession session = new();
        string text = session.Run("help quit");
        Assert.StartsWith("quit\n", text, StringComparison.Ordinal);
        Assert.EndsWith("Example: quit\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_Alone_ListsEveryCommand()
    {
        using ConsoleSession session = new();
        string text = session.Run("help");
        Assert.All(session.Context.Commands.All, command => Assert.Contains($"  {command.Name}", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Help_OfATopic_ListsItsCommandsOnly()
    {
        using ConsoleSession session = new();
        string text = session.Run("help running");
        Assert.Contains("  step", text, StringComparison.Ordinal);
        Assert.DoesNotContain("  break", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_Breakpoints_RunsTheCommandOfThatName()
    {
        using ConsoleSession session = new();
        Assert.Equal("There are no stop points.\n", session.Run("info break"));
    }
}
