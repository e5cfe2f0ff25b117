using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>The codes that are compared: those of 64-bit mode that the emulated processor implements, the host's has, and user programs may run.</summary>
internal sealed class ClaimedCodes
{
    private readonly HashSet<Code> codes = [];

    private ClaimedCodes()
    {
        foreach (Code code in Enum.GetValues<Code>())
        {
            OpCodeInfo info = code.ToOpCode();
            // With FWAIT in front an instruction is two to the decoder.
            if (!info.IsInstruction || !info.Mode64 || info.Fwait || InstructionTable.Instance[code] is null) continue;
            if (code.CpuidFeatures().All(HostProcessor.Has) && NotCompared.ReasonFor(code) is null) codes.Add(code);
        }
    }

    public static ClaimedCodes Instance { get; } = new();

    /// <summary>All of them, in Iced's order.</summary>
    public IEnumerable<Code> All => codes.Order();

    public bool Contains(Code code) => codes.Contains(code);
}

/// <summary>The processor that the tests run on.</summary>
internal static class HostProcessor
{
    private static readonly Lazy<HashSet<string>> flags = new(ReadFlags);

    /// <summary>Whether undefined outputs are those of the processors that the emulator takes after.</summary>
    public static bool IsAmd => File.ReadLines("/proc/cpuinfo").Any(line => line.StartsWith("vendor_id", StringComparison.Ordinal)
        && line.EndsWith("AuthenticAMD", StringComparison.Ordinal));

    /// <summary>Whether it has a CPUID feature. What Linux has no word for every 64-bit processor has.</summary>
    public static bool Has(CpuidFeature feature) => WordOf(feature) is not { } word || flags.Value.Contains(word);

    private static string? WordOf(CpuidFeature feature) => feature switch
    {
        CpuidFeature.ADX => "adx",
        CpuidFeature.AES => "aes",
        CpuidFeature.AVX => "avx",
        CpuidFeature.AVX2 => "avx2",
        CpuidFeature.BMI1 => "bmi1",
        CpuidFeature.BMI2 => "bmi2",
        CpuidFeature.CLFLUSHOPT => "clflushopt",
        CpuidFeature.CLWB => "clwb",
        CpuidFeature.CMPXCHG16B => "cx16",
        CpuidFeature.F16C => "f16c",
        CpuidFeature.FMA => "fma",
        CpuidFeature.FSGSBASE => "fsgsbase",
        CpuidFeature.LZCNT => "abm",
        CpuidFeature.MOVBE => "movbe",
        CpuidFeature.PCLMULQDQ => "pclmulqdq",
        CpuidFeature.POPCNT => "popcnt",
        CpuidFeature.PREFETCHW => "3dnowprefetch",
        CpuidFeature.RDRAND => "rdrand",
        CpuidFeature.RDSEED => "rdseed",
        CpuidFeature.RDTSCP => "rdtscp",
        CpuidFeature.SHA => "sha_ni",
        CpuidFeature.SSE3 => "pni",
        CpuidFeature.SSSE3 => "ssse3",
        CpuidFeature.SSE4_1 => "sse4_1",
        CpuidFeature.SSE4_2 => "sse4_2",
        CpuidFeature.SSE4A => "sse4a",
        CpuidFeature.XSAVE => "xsave",
        CpuidFeature.XSAVEC => "xsavec",
        CpuidFeature.XSAVEOPT => "xsaveopt",
        _ => null,
    };

    private static HashSet<string> ReadFlags()
    {
        string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("flags", StringComparison.Ordinal));
        return line is null ? [] : [.. line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }
}
