using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest;

/// <summary>What a thread is doing.</summary>
public enum GuestThreadState
{
    /// <summary>In the run queue.</summary>
    Runnable,

    /// <summary>On the CPU.</summary>
    Running,

    /// <summary>In a wait queue.</summary>
    Sleeping,

    /// <summary>Ended.</summary>
    Dead,
}

/// <summary>A thread as the kernel had it when it was looked at.</summary>
/// <param name="Id">Its number (TID); a process's first thread has the process's.</param>
/// <param name="Pid">Its process.</param>
/// <param name="State">What it is doing.</param>
public sealed record GuestThread(int Id, int Pid, GuestThreadState State)
{
    /// <summary>True when it has user registers: its process has a memory of its own.</summary>
    public bool IsUser => UserFrame is not null;

    /// <summary>True while it runs user code.</summary>
    public bool IsInUserMode { get; init; }

    /// <summary>Where it is, or was last, in user code; null for threads without any.</summary>
    public VirtualAddress? UserRip { get; init; }

    /// <summary>Its kernel stack: lowest address and the one after the highest byte; empty when it has none.</summary>
    public (VirtualAddress Start, VirtualAddress End) KernelStack { get; init; }

    /// <summary>RSP in the kernel while it does not run.</summary>
    public VirtualAddress SavedStackPointer { get; init; }

    /// <summary>The registers it entered the kernel with. While it runs user code they are out of date: the processor has them.</summary>
    public GuestTrapFrame? UserFrame { get; init; }

    /// <summary>FS base as the kernel saved it. While <see cref="OwnsProcessorState"/>, the processor's is right.</summary>
    public VirtualAddress FsBase { get; init; }

    /// <summary>User GS base as the kernel saved it. While <see cref="OwnsProcessorState"/>, the processor's is right: GS base in user mode,
    /// IA32_KERNEL_GS_BASE in the kernel.</summary>
    public VirtualAddress GsBase { get; init; }

    /// <summary>True when the processor holds its x87, SSE and AVX registers and its FS and GS bases; else they are at
    /// <see cref="GuestTrapFrame.StateArea"/>. XMM0 and XMM8 are at <see cref="GuestTrapFrame.ScratchVectors"/> whenever it is in the kernel.</summary>
    public bool OwnsProcessorState { get; init; }

    /// <summary>Signals that wait for it: bit n-1 for signal n.</summary>
    public ulong PendingSignals { get; init; }

    /// <summary>Signals it blocks.</summary>
    public ulong BlockedSignals { get; init; }

    /// <summary>The queue it sleeps in, in words such as 'a child's end' or 'futex 0x4c5320'; empty when it does not sleep.</summary>
    public string WaitsFor { get; init; } = "";

    /// <summary>The kernel's Thread object.</summary>
    public VirtualAddress Address { get; init; }
}
