using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Cpu.Decode;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>The codes that are compared: those of 64-bit mode that the emulated processor implements, the host's has, and user programs may run.</summary>
internal sealed class ClaimedCodes
{
    private readonly HashSet<Code> codes = [];

    private ClaimedCodes()
    {
        CpuModel model = CpuModel.Of(CpuLevels.Default);
        foreach (Code code in Enum.GetValues<Code>())
        {
            OpCodeInfo info = code.ToOpCode();
            // With FWAIT in front an instruction is two to the decoder.
            if (!info.IsInstruction || !info.Mode64 || !info.AmdDecoder64 || info.Fwait || InstructionTable.Instance[code] is null) continue;
            if (model.Allows(code) && code.CpuidFeatures().All(HostProcessor.Has) && NotCompared.ReasonFor(code) is null) codes.Add(code);
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

    /// <summary>Whether it has a CPUID feature. What has no bit of its own every 64-bit processor has.</summary>
    public static bool Has(CpuidFeature feature) =>
        CpuFeatures.All.FirstOrDefault(known => known.Instructions == feature) is not { } found || flags.Value.Contains(found.Name);

    private static HashSet<string> ReadFlags()
    {
        string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("flags", StringComparison.Ordinal));
        return line is null ? [] : [.. line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }
}
