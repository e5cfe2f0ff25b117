using X64Emu.Cli.Debugger;
using Xunit;

namespace X64Emu.Cli.Tests.Debugger;

public sealed class CommandArgumentsTests
{
    [Fact]
    public void TakeWord_WordsAndQuotes_ComeInOrder()
    {
        CommandArguments arguments = new("dump  a \"b c\" d", 4, null);
        Assert.Equal<string?[]>(["a", "b c", "d", null], [arguments.TakeWord(), arguments.TakeWord(), arguments.TakeWord(), arguments.TakeWord()]);
        Assert.True(arguments.IsEmpty);
    }

    [Fact]
    public void TakeWord_OpenQuote_NamesItsColumn() =>
        Assert.Equal("column 6: the quote is not closed", Assert.Throws<CommandException>(() => new CommandArguments("dump \"a", 4, null).TakeWord()).Message);

    [Fact]
    public void TakeUntil_Keyword_StopsInFrontOfIt()
    {
        CommandArguments arguments = new("break main + 4 if rax == 1", 5, null);
        Assert.Equal(new ArgumentText("main + 4", 7), arguments.TakeUntil("if", "pid"));
        Assert.True(arguments.TakeKeyword("if"));
        Assert.Equal(new ArgumentText("rax == 1", 19), arguments.TakeRest());
    }

    [Fact]
    public void TakeUntil_KeywordInsideAWord_IsNone() => Assert.Equal("life iffy", new CommandArguments("life iffy", 0, null).TakeUntil("if").Text);

    [Fact]
    public void ExpectEnd_WordsLeft_NamesThem()
    {
        CommandArguments arguments = new("help a b c", 4, null);
        arguments.TakeWord();
        Assert.Equal("column 8: 'b c' is too much here", Assert.Throws<CommandException>(arguments.ExpectEnd).Message);
    }

    [Fact]
    public void NeedWord_Nothing_NamesWhatIsMissing() =>
        Assert.Equal("a file is missing", Assert.Throws<CommandException>(() => new CommandArguments("source ", 6, null).NeedWord("a file")).Message);
}
