using Iced.Intel;
using X64Emu.Cpu;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>One way to raise an exception, and what must come of it. What is not said stays as it was before the instruction.</summary>
/// <param name="Name">What is done, for failure messages.</param>
/// <param name="Ring">The privilege level it is done at, 0 or 3; 64-bit code.</param>
/// <param name="Code">The instruction that faults, the first one written.</param>
/// <param name="Vector">The exception.</param>
/// <param name="ErrorCode">What is pushed; null when nothing is.</param>
internal sealed record ExceptionCase(string Name, int Ring, Action<Assembler> Code, int Vector, ulong? ErrorCode)
{
    /// <summary>Changes the machine, which <see cref="ExceptionCaseRunner"/> has prepared, before the run.</summary>
    public Action<SystemMachine>? Setup { get; init; }

    /// <summary>Checks what the case is about beyond the frame.</summary>
    public Action<SystemMachine>? Check { get; init; }

    /// <summary>CR2 after it.</summary>
    public ulong Cr2 { get; init; }

    /// <summary>The pushed RIP; null: the instruction's.</summary>
    public ulong? Rip { get; init; }

    /// <summary>How far the pushed RSP is from the one before.</summary>
    public long RspChange { get; init; }

    /// <summary>The pushed CS and SS; null: those before.</summary>
    public ushort? Cs { get; init; }

    /// <inheritdoc cref="Cs"/>
    public ushort? Ss { get; init; }

    /// <summary>RFLAGS bits that are set in the frame beyond those before: RF for faults.</summary>
    public ulong FlagsSet { get; init; } = RFlags.Resume;

    /// <summary>RFLAGS bits that are clear in the frame though they were set before.</summary>
    public ulong FlagsCleared { get; init; }

    /// <summary>General registers that the instruction has changed, as far as it came.</summary>
    public GeneralRegister[] Changed { get; init; } = [];

    /// <summary>Whether memory of the user pages may have changed.</summary>
    public bool WritesMemory { get; init; }

    /// <summary>Where the handler's stack begins; null: where the gate leads by ring.</summary>
    public ulong? Stack { get; init; }
}
