using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using X64Emu.Paging;

namespace X64Emu.Cpu;

/// <summary>Settings a processor is made with.</summary>
public sealed record ProcessorOptions
{
    /// <summary>The modelled TLB.</summary>
    public TlbSpecification Tlb { get; init; } = TlbSpecification.Parse(TlbSpecification.DefaultPreset);

    /// <summary>The instructions that CPUID tells of and that do not raise #UD.</summary>
    public CpuLevel Level { get; init; } = CpuLevels.Default;

    /// <summary>When true every access consults the TLB model. Slower by half; the counts are the same, and tests prove it.</summary>
    public bool ReferenceMode { get; init; }

    /// <summary>Where RDRAND and RDSEED start. Processors with the same seed return the same numbers in the same order.</summary>
    public ulong RandomSeed { get; init; } = 1;

    /// <summary>What happens to an exception when no interrupt descriptor table is loaded (its limit is 0): true stops the processor with
    /// <see cref="StopReason.Exception"/>, which suits code run without a kernel; false shuts it down as hardware does, with
    /// <see cref="StopReason.TripleFault"/>.</summary>
    public bool StopOnUnhandledException { get; init; } = true;

    /// <summary>Where instructions without an implementation and machine checks are reported.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
