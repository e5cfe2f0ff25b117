using System.Globalization;
using Iced.Intel;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>How much is compared, and with which random numbers.</summary>
/// <param name="Seed">Where the random numbers start.</param>
/// <param name="CasesPerCode">How many cases each code gets.</param>
/// <param name="Code">The only code to compare; null for all.</param>
/// <param name="Case">The only case of it; null for all.</param>
internal sealed record DifferentialSettings(ulong Seed, int CasesPerCode, Code? Code, int? Case)
{
    public const string SeedVariable = "X64EMU_DIFFERENTIAL_SEED", CasesVariable = "X64EMU_DIFFERENTIAL_CASES";
    public const string CodeVariable = "X64EMU_DIFFERENTIAL_CODE", CaseVariable = "X64EMU_DIFFERENTIAL_CASE";

    private const int UsualCases = 1000, CasesPerSequenceBatch = 200;

    /// <summary>How many batches of programs go with that many cases.</summary>
    public int SequenceBatches => Math.Max(1, CasesPerCode / CasesPerSequenceBatch);

    /// <summary>What the environment says, or the suite's usual settings.</summary>
    public static DifferentialSettings FromEnvironment() => new(
        Read(SeedVariable) is { } seed ? ulong.Parse(seed, CultureInfo.InvariantCulture) : 1,
        Read(CasesVariable) is { } cases ? int.Parse(cases, CultureInfo.InvariantCulture) : UsualCases,
        Read(CodeVariable) is { } code ? Enum.Parse<Code>(code, ignoreCase: true) : null,
        Read(CaseVariable) is { } number ? int.Parse(number, CultureInfo.InvariantCulture) : null);

    /// <summary>The command that runs one case, all cases of a code, or everything again.</summary>
    public string Reproducer(Code? code, int? number)
    {
        string only = (code is null ? "" : $" {CodeVariable}={code}") + (number is null ? "" : $" {CaseVariable}={number}");
        return $"{SeedVariable}={Seed} {CasesVariable}={CasesPerCode}{only} dotnet test tests/X64Emu.Tests -c Release --filter HardwareDifferential";
    }

    private static string? Read(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
