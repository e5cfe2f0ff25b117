using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Tests.Cpu.Native;
using Xunit;
using Xunit.Abstractions;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Every instruction that the emulated processor claims against the processor that the tests run on.</summary>
public sealed class HardwareDifferentialTests(ITestOutputHelper output)
{
    public static TheoryData<string> Families => [.. InstructionFamilies.Names];

    [NativeTheory]
    [MemberData(nameof(Families))]
    public void Instruction_AnyState_AgreesWithHardware(string family)
    {
        DifferentialSettings settings = DifferentialSettings.FromEnvironment();
        Code[] codes = [.. InstructionFamilies.CodesOf(family).Where(code => settings.Code is null || code == settings.Code)];
        if (codes.Length == 0) return;
        using CaseBatch batch = new();
        InstructionComparison comparison = new(settings, batch);
        string[] differences = [.. codes.Select(comparison.Compare).OfType<string>()];
        output.WriteLine($"{batch.Compared} cases of {codes.Length} codes, seed {settings.Seed}");
        Assert.True(differences.Length == 0, $"{differences.Length} of {codes.Length} codes differ:\n{string.Join('\n', differences)}");
    }

    [NativeTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sequence_AnyInstructions_AgreesWithHardware(bool referenceMode)
    {
        DifferentialSettings settings = DifferentialSettings.FromEnvironment();
        if (settings.Code is not null) return;
        using CaseBatch batch = new(new ProcessorOptions { ReferenceMode = referenceMode });
        string[] differences = [.. new SequenceComparison(settings, batch).Compare(settings.SequenceBatches)];
        output.WriteLine($"{batch.Compared} programs, seed {settings.Seed}");
        Assert.True(differences.Length == 0, string.Join('\n', differences));
    }
}
