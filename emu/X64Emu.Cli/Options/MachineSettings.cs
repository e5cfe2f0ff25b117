using X64Emu.Cpu;
using X64Emu.Paging;

namespace X64Emu.Cli.Options;

/// <summary>What the options ask of the machine and the guest kernel.</summary>
internal sealed record MachineSettings
{
    /// <summary>RAM in bytes; a whole number of 4 KiB frames.</summary>
    public ulong MemoryBytes { get; init; } = DefaultMemoryBytes;

    /// <summary>The TLB to model.</summary>
    public TlbSpecification Tlb { get; init; } = TlbSpecification.Parse(TlbSpecification.DefaultPreset);

    /// <summary>The level of the processor's instruction set.</summary>
    public CpuLevel Cpu { get; init; } = CpuLevels.Default;

    /// <summary>Whether every access consults the TLB model.</summary>
    public bool UsesReferenceEngine { get; init; }

    /// <summary>Host directories to show in the guest, besides the current one.</summary>
    public IReadOnlyList<DirectoryMount> Mounts { get; init; } = [];

    /// <summary>The host directory that becomes the guest's root, read-only; absolute. Null: the kernel's in-memory root.</summary>
    public string? RootDirectory { get; init; }

    /// <summary>Size of the guest's swap disk; 0 for none.</summary>
    public ulong SwapBytes { get; init; }

    /// <summary>The program's environment, each `NAME=VALUE`.</summary>
    public IReadOnlyList<string> Environment { get; init; } = EnvironmentVariable.Defaults;

    /// <summary>Whether the guest kernel gives programs random addresses.</summary>
    public bool RandomizesAddresses { get; init; }

    /// <summary>The kernel image to boot; null for the built-in one.</summary>
    public string? KernelFile { get; init; }

    /// <summary>The machine stops after this many instructions; null for no limit.</summary>
    public ulong? InstructionLimit { get; init; }

    /// <summary>Whether the machine's time is that of the host's clock.</summary>
    public bool IsRealTime { get; init; }

    /// <summary>How much the machine and the kernel log.</summary>
    public LogVerbosity Log { get; init; } = LogVerbosity.Quiet;

    /// <summary>256 MiB.</summary>
    public const ulong DefaultMemoryBytes = 256UL << 20;
}
