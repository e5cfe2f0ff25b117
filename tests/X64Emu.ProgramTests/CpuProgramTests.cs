using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>
/// Programs that exercise the processor, compiled in many ways, print in the machine what they print on the host's processor. Every variant uses other instructions: so does
/// each C library, which with glibc also depends on the level the machine's CPUID tells. The reference is a host that has that level.
/// </summary>
public sealed class CpuProgramTests
{
    private static readonly TimeSpan timeout = TimeSpan.FromMinutes(5);

    public static TheoryData<string, string, string> Variants
    {
        get
        {
            TheoryData<string, string, string> variants = [];
            foreach (string compiler in (string[])["gcc", "musl-gcc"])
            {
                foreach (string level in (string[])["x86-64", "x86-64-v2", "x86-64-v3"])
                {
                    foreach (string optimisation in (string[])["-O0", "-O2", "-O3"]) variants.Add(compiler, optimisation, level);
                }
            }
            return variants;
        }
    }

    [RequiresToolTheory("musl-gcc", "musl-tools")]
    [MemberData(nameof(Variants))]
    public void StaticPrograms_EveryVariant_PrintAsOnTheHostsProcessor(string compiler, string optimisation, string level) =>
        AssertSame(new CpuVariant(compiler, optimisation, level), CpuPrograms.Names, []);

    [NativeFact]
    public void DynamicPrograms_WithTheHostsLibraries_PrintAsOnTheHostsProcessor() =>
        AssertSame(new CpuVariant("gcc", "-O2", "x86-64", IsStatic: false), CpuPrograms.Names, ["--root", "/"]);

    private static void AssertSame(CpuVariant variant, IEnumerable<string> names, IEnumerable<string> options)
    {
        (string each, IReadOnlyList<string> programs) = CpuPrograms.Build(variant, names);
        ProgramResult native = NativeProgram.Run(each, programs);
        Assert.True(native.ExitStatus == 0, $"the reference failed: {native}");
        ProgramResult emulated = EmulatedProgram.Run(each, programs, options: options, timeout: timeout);
        Assert.True(native == emulated, $"{variant}: status {emulated.ExitStatus}, {emulated.StandardError}{Differences(native.StandardOutput, emulated.StandardOutput)}");
    }

    /// <summary>The first lines that differ of each program; `each` writes a line with two dashes before one.</summary>
    private static string Differences(string expected, string actual)
    {
        string[] host = expected.Split("-- "), machine = actual.Split("-- ");
        IEnumerable<string> lines = host.Zip(machine).SelectMany(program => program.First.Split('\n').Zip(program.Second.Split('\n')).Where(pair => pair.First != pair.Second).Take(3))
            .Select(pair => $"\n  host    {pair.First}\n  machine {pair.Second}");
        return string.Concat(lines.Take(20));
    }
}
