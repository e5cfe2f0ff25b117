using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>What the guest kernel reports about a process.</summary>
public enum ProcessEventKind
{
    /// <summary>A program starts in the process.</summary>
    Exec,

    /// <summary>The process was born.</summary>
    Fork,

    /// <summary>The process has ended.</summary>
    Exit,

    /// <summary>The process gets the processor.</summary>
    Switch,
}

/// <summary>Something that happened to a process.</summary>
/// <param name="Kind">What.</param>
/// <param name="Pid">The process: of a fork the child, of a switch the next one.</param>
public sealed record ProcessEvent(ProcessEventKind Kind, int Pid)
{
    /// <summary>The parent at a fork, the process that ran before at a switch; else null.</summary>
    public int? OtherPid { get; init; }

    /// <summary>The process's page tables at a fork, an exec and a switch; else 0.</summary>
    public ulong Cr3 { get; init; }

    /// <summary>The first instruction in user mode at an exec; else 0.</summary>
    public VirtualAddress EntryPoint { get; init; }

    /// <summary>The program's base name at an exec, cut to 15 bytes; else empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>At an exit, how it ended, in the encoding of wait(2); else 0.</summary>
    public int WaitStatus { get; init; }
}
