using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest;

/// <summary>What a process is doing, with the letters of ps.</summary>
public enum GuestProcessState
{
    /// <summary>R: on the CPU or in the run queue.</summary>
    Running = 'R',

    /// <summary>S: every thread sleeps and can be woken by a signal.</summary>
    Sleeping = 'S',

    /// <summary>D: a thread sleeps and no signal wakes it.</summary>
    Uninterruptible = 'D',

    /// <summary>T: stopped by a signal.</summary>
    Stopped = 'T',

    /// <summary>Z: ended; its parent has not asked for the exit status yet.</summary>
    Zombie = 'Z',
}

/// <summary>A process as the kernel had it when it was looked at.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="ParentPid">Its parent's number; 0 when it has none.</param>
/// <param name="Name">Its command name, at most 15 characters.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Cr3">The physical address of its PML4; null for kernel threads and zombies, which have no memory of their own.</param>
/// <param name="Threads">Its threads that have not ended, oldest last as the kernel lists them.</param>
public sealed record GuestProcess(
    int Pid, int ParentPid, string Name, GuestProcessState State, ulong? Cr3, IReadOnlyList<GuestThread> Threads)
{
    /// <summary>Its process group.</summary>
    public int GroupId { get; init; }

    /// <summary>Its session.</summary>
    public int SessionId { get; init; }

    /// <summary>The program's path in the guest; null for kernel threads and zombies.</summary>
    public string? ExecutablePath { get; init; }

    /// <summary>Pages in its page tables, without the shared zero page.</summary>
    public ulong ResidentPages { get; init; }

    /// <summary>Faults without and with reading a device.</summary>
    public ulong MinorFaults { get; init; }

    /// <summary>Faults that read a device.</summary>
    public ulong MajorFaults { get; init; }

    /// <summary>Wait status as wait4 reports it; meaningful for zombies.</summary>
    public int ExitStatus { get; init; }

    /// <summary>Signals that wait for any of its threads: bit n-1 for signal n.</summary>
    public ulong PendingSignals { get; init; }

    /// <summary>The heap that brk moves the end of.</summary>
    public (VirtualAddress Start, VirtualAddress End) Heap { get; init; }

    /// <summary>Where the auxiliary vector lies in its memory; empty when it has none.</summary>
    public (VirtualAddress Start, VirtualAddress End) AuxiliaryVector { get; init; }

    /// <summary>Where the argument strings lie in its memory, NUL-separated.</summary>
    public (VirtualAddress Start, VirtualAddress End) Arguments { get; init; }

    /// <summary>The kernel's Process object.</summary>
    public VirtualAddress Address { get; init; }

    /// <summary>The kernel's AddressSpace object; 0 when it has none.</summary>
    internal ulong SpaceAddress { get; init; }

    /// <summary>True for the kernel's own processes, which never run in user mode.</summary>
    public bool IsKernel => Cr3 is null && State != GuestProcessState.Zombie;
}
