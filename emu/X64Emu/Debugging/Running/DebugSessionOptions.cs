namespace X64Emu.Debugging.Running;

/// <summary>What a debugging session is made with.</summary>
public sealed record DebugSessionOptions
{
    /// <summary>Makes a machine with the kernel loaded and nothing run; called at the start and for each restart. Each call must make an equal
    /// machine with its input at the beginning, or going to an earlier instruction ends elsewhere than the first time.</summary>
    public required Func<PcMachine> CreateMachine { get; init; }

    /// <summary>The kernel's ELF file, for its symbols; empty when there is none.</summary>
    public ReadOnlyMemory<byte> KernelImage { get; init; }

    /// <summary>The host file behind a guest path, for symbols of programs; null where there is none.</summary>
    public Func<string, string?> HostPath { get; init; } = _ => null;

    /// <summary>The most instructions a machine may run.</summary>
    public long InstructionLimit { get; init; } = long.MaxValue;
}
