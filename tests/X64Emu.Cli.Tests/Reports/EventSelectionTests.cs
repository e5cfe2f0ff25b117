using X64Emu.Cli.Reports;
using Xunit;

namespace X64Emu.Cli.Tests.Reports;

public sealed class EventSelectionTests
{
    private static readonly string[] known = ["instructions", "page-faults", "minor-faults", "context-switches"];

    [Fact]
    public void Parse_KnownNamesAndAliases_KeepsTheUsersOrder() =>
        Assert.Equal(["minor-faults", "page-faults", "context-switches"], EventSelection.Parse("minor-faults,faults,page-faults,cs", known));

    [Theory]
    [InlineData("cycles")]
    [InlineData("")]
    [InlineData("page-faults,")]
    public void Parse_UnknownOrEmptyName_ListsTheEvents(string list) =>
        Assert.Contains("the events are instructions, page-faults", Assert.Throws<UsageException>(() => EventSelection.Parse(list, known)).Message, StringComparison.Ordinal);

    [Fact]
    public void Apply_ChosenNames_KeepsThoseInOrder()
    {
        StatReport report = new("p", [new EventCount("a", 1), new EventCount("b", 2), new EventCount("c", 3)], 0, null);
        Assert.Equal([new EventCount("c", 3), new EventCount("a", 1)], EventSelection.Apply(report, ["c", "a"]).Events);
    }
}
