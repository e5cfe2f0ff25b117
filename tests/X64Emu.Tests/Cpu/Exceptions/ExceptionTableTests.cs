using Xunit;
using Xunit.Abstractions;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>Every way an access, a gate, a segment load, a register write or an instruction can fault, from the tables beside this file:
/// vector, error code, the whole frame, CR2, and that nothing else has changed. In fast and in reference mode.</summary>
public sealed class ExceptionTableTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, IReadOnlyList<ExceptionCase>> Tables = new()
    {
        ["memory"] = MemoryCases.All,
        ["branches"] = BranchCases.All,
        ["encodings"] = EncodingCases.All,
        ["segment loads"] = SegmentLoadCases.All,
        ["far transfers"] = TransferCases.All,
        ["returns"] = ReturnCases.All,
        ["registers"] = RegisterCases.All,
        ["privileges"] = PrivilegeCases.All,
        ["alignment"] = AlignmentCases.All,
        ["repetitions"] = RepetitionCases.All,
        ["gates"] = GateCases.All,
    };

    public static TheoryData<string, bool> Topics
    {
        get
        {
            TheoryData<string, bool> topics = [];
            foreach (string topic in Tables.Keys)
            {
                topics.Add(topic, false);
                topics.Add(topic, true);
            }
            return topics;
        }
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void Exception_EachRowOfTheTable_IsDeliveredAsTheManualSays(string topic, bool referenceMode)
    {
        IReadOnlyList<ExceptionCase> rows = Tables[topic];
        string[] failures = [.. rows.Select(row => ExceptionCaseRunner.Run(row, referenceMode)).OfType<string>()];
        output.WriteLine($"{rows.Count} cases");
        Assert.True(failures.Length == 0, $"{failures.Length} of {rows.Count}:\n{string.Join('\n', failures)}");
    }
}
