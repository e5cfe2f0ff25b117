using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace X64Emu.ProgramTests.Debugger;

/// <summary>Tests that type at a terminal run alone: they wait for the tool's answers as a person does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "xunit calls it a collection.")]
public sealed class TerminalCollection
{
    /// <summary>The collection's name.</summary>
    public const string Name = "terminal";
}
