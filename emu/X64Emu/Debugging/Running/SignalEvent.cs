using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>A signal takes effect in the running thread: its handler is about to be entered, or its default action to be taken. One that is ignored has none.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Tid">The thread, when it is known.</param>
/// <param name="Signal">1..64.</param>
/// <param name="IsHandled">The program has a handler for it; false for the default action.</param>
/// <param name="Info">Where the kernel keeps the signal's description (guestos, SignalInfo).</param>
public readonly record struct SignalEvent(int Pid, int? Tid, int Signal, bool IsHandled, VirtualAddress Info);
