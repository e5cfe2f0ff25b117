using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>What becomes of a signal.</summary>
public enum SignalFate
{
    /// <summary>The running thread is about to enter its handler.</summary>
    Handled,

    /// <summary>The default action is about to be taken for the running thread.</summary>
    Default,

    /// <summary>It was sent to a process that ignores it, and is gone. The running process is the sender.</summary>
    Ignored,
}

/// <summary>A signal takes effect, or is sent in vain.</summary>
/// <param name="Pid">The process that gets it.</param>
/// <param name="Tid">The thread that does, when it is known.</param>
/// <param name="Signal">1..64.</param>
/// <param name="Fate">What becomes of it.</param>
/// <param name="Info">Where the kernel keeps the signal's description (guestos, SignalInfo).</param>
public readonly record struct SignalEvent(int Pid, int? Tid, int Signal, SignalFate Fate, VirtualAddress Info);
