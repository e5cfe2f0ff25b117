using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>What programs find of the processor at each <c>--cpu</c> level.</summary>
public sealed class CpuLevelTests
{
    private const string Loader = "/lib64/ld-linux-x86-64.so.2";

    /// <summary>Groups of instructions in the order in which cpu-levels.c tries them.</summary>
    private static readonly string[] baseline = ["sse2", "mmx"];
    private static readonly string[] second = ["sse3", "ssse3", "sse4.1", "sse4.2", "sse4a", "popcnt", "aes"];
    private static readonly string[] third = ["xgetbv", "avx", "avx2", "fma", "f16c", "bmi1", "bmi2", "adx", "movbe", "rdrand", "sha"];
    private static readonly string[] beyond = ["avx512", "gfni"];

    [Theory]
    [InlineData("x86-64")]
    [InlineData("x86-64-v2")]
    [InlineData("x86-64-v3")]
    public void Instructions_BeyondTheLevel_RaiseIllegalInstruction(string level)
    {
        string[] known = level switch
        {
            "x86-64" => baseline,
            "x86-64-v2" => [.. baseline, .. second],
            _ => [.. baseline, .. second, .. third],
        };
        IEnumerable<string> expected = new[] { baseline, second, third, beyond }.SelectMany(names => names)
            .Select(name => $"{name}: {(known.Contains(name) ? "runs" : "SIGILL")}").Append("strlen: 63");
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc("cpu-levels"), options: ["--cpu", level]);
        Assert.Equal(expected, result.StandardOutput.TrimEnd('\n').Split('\n'));
        Assert.Equal(0, result.ExitStatus);
    }

    /// <summary>glibc's loader works the level out for itself: bit 0 is the baseline, 1 and 2 the levels above.</summary>
    [NativeTheory]
    [InlineData("x86-64", "0x1", "0x0")]
    [InlineData("x86-64-v2", "0x3", "0x0")]
    [InlineData("x86-64-v3", "0x7", "0x1")]
    public void DynamicLoader_AtEachLevel_FindsIt(string level, string levels, string prefersAvx)
    {
        ProgramResult result = EmulatedProgram.Run(Loader, ["--list-diagnostics"], options: ["--cpu", level, "--root", "/"]);
        Assert.Contains($"x86.cpu_features.isa_1={levels}\n", result.StandardOutput, StringComparison.Ordinal);
        Assert.Contains($"x86.cpu_features.preferred.AVX_Fast_Unaligned_Load={prefersAvx}\n", result.StandardOutput, StringComparison.Ordinal);
    }

    [NativeTheory]
    [InlineData("x86-64")]
    [InlineData("x86-64-v2")]
    [InlineData("x86-64-v3")]
    public void VectorState_AtEachLevel_IsKept(string level)
    {
        string program = CompiledProgram.Glibc("vector-state");
        ProgramResult native = NativeProgram.Run(program), guest = EmulatedProgram.Run(program, options: ["--cpu", level]);
        Assert.Equal(native, guest);
    }

    [Fact]
    public void Run_UnknownLevel_IsAUsageError()
    {
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc("cpu-levels"), options: ["--cpu", "x86-64-v9"]);
        Assert.Equal(2, result.ExitStatus);
        Assert.Contains("x86-64-v3", result.StandardError, StringComparison.Ordinal);
    }
}
