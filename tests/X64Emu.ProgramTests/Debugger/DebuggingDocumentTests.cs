using System.Text.RegularExpressions;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugger;

/// <summary>The documented sessions and commands are those of the tool.</summary>
public sealed partial class DebuggingDocumentTests
{
    [Theory]
    [InlineData("first-touch")]
    [InlineData("copy-on-write")]
    public void Session_MadeAnew_SaysTheSame(string name)
    {
        string session = DebuggingDocument.Session(name);
        if (DebuggingDocument.IsUpdated) DebuggingDocument.Write($"session {name}", session);
        Assert.Equal(Essence(session), Essence(DebuggingDocument.Part($"session {name}")));
    }

    [Fact]
    public void Reference_MadeAnew_IsTheSame()
    {
        string reference = DebuggingDocument.Reference();
        if (DebuggingDocument.IsUpdated) DebuggingDocument.Write("reference", reference);
        Assert.Equal(reference, DebuggingDocument.Part("reference"));
    }

    [Fact]
    public void Readme_Session_IsTakenFromTheDocument()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        string[] shown = readme.Split("<!-- begin session -->\n")[1].Split("<!-- end session -->")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Queue<string> session = new(DebuggingDocument.Part("session first-touch").Split('\n'));
        foreach (string line in shown.Where(line => line.Trim() != "..."))
        {
            while (session.TryDequeue(out string? next) && Essence(next) != Essence(line))
            {
            }
            Assert.True(session.Count > 0, $"the documented session has no line '{line}' here");
        }
    }

    /// <summary>What does not depend on the kernel's and compilers' versions: kernel code is left out, so are numbers but the program's addresses.</summary>
    private static string Essence(string text)
    {
        IEnumerable<string> lines = text.Split('\n').Where(line => !KernelCode().IsMatch(line));
        return string.Join('\n', lines.Select(line => Blanks().Replace(Numbers().Replace(Changes().Replace(line, "registers have changed"), "#"), " ")));
    }

    [GeneratedRegex(@"^ {4}(?:=> | {3})0xffff|^ {4} +[0-9]+  ")]
    private static partial Regex KernelCode();

    [GeneratedRegex(@"0x(?!40[0-9a-f]{4}\b)[0-9a-f]+|\b[0-9][0-9,]+\b|:[0-9]+")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"registers have changed: .*")]
    private static partial Regex Changes();

    [GeneratedRegex(@"[ \t]+")]
    private static partial Regex Blanks();
}
