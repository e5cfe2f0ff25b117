namespace X64Emu.Gdb.Target;

/// <summary>A thread of the guest.</summary>
/// <param name="Pid">Its process, at least 1.</param>
/// <param name="Tid">Its number, unique among all threads, at least 1.</param>
public readonly record struct GuestThreadId(int Pid, int Tid);

/// <summary>A thread as gdb lists it.</summary>
/// <param name="Id">Which.</param>
/// <param name="Name">Its process's command name.</param>
/// <param name="State">What it does, in a few words.</param>
public readonly record struct TargetThread(GuestThreadId Id, string Name, string State);
