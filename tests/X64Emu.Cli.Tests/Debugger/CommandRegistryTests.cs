using X64Emu.Cli.Debugger;
using Xunit;

namespace X64Emu.Cli.Tests.Debugger;

public sealed class CommandRegistryTests
{
    public static TheoryData<string> Names => [.. CommandRegistry.Create().All.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Command_OfTheConsole_HasHelpAndAnExampleThatCallsIt(string name)
    {
        CommandRegistry registry = CommandRegistry.Create();
        IDebuggerCommand command = registry.Find(name);
        Assert.All((string[])[command.Usage, command.Summary, command.Help, command.Example], text => Assert.False(string.IsNullOrWhiteSpace(text)));
        Assert.All(command.Usage.Split('\n'), form => Assert.StartsWith(name, form, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', command.Summary);
        Assert.False(command.Summary.EndsWith('.'), "the summary ends with a full stop");
        Assert.Same(command, CommandCall.Parse(command.Example, registry).Command);
        Assert.All((string[])[name, .. command.Aliases], word => Assert.Equal(word.ToLowerInvariant(), word));
    }

    [Fact]
    public void Constructor_NameTwice_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new CommandRegistry([new RecordedCommand("step"), new RecordedCommand("stop", aliases: "step")]));

    [Theory]
    [InlineData("step", "step")]
    [InlineData("s", "step")]
    [InlineData("sta", "stat")]
    [InlineData("stepl", "stepline")]
    [InlineData("r", "run")]
    public void Find_NameAliasOrPrefix_IsTheCommand(string word, string name) => Assert.Equal(name, Sample().Find(word).Name);

    [Theory]
    [InlineData("ste", "'ste' could be step, stepline")]
    [InlineData("st", "'st' could be stat, step, stepline")]
    [InlineData("nothing", "there is no command 'nothing'; 'help' lists them")]
    public void Find_UnknownOrAmbiguous_SaysSo(string word, string message) =>
        Assert.Equal(message, Assert.Throws<CommandException>(() => Sample().Find(word)).Message);

    private static CommandRegistry Sample() =>
        new([new RecordedCommand("step", aliases: "s"), new RecordedCommand("stepline"), new RecordedCommand("stat"), new RecordedCommand("run")]);
}
