using X64Emu.Gdb.Target;

namespace X64Emu.Gdb.Protocol;

/// <summary>Which threads a packet means.</summary>
/// <param name="Pid">A process, -1 for all, 0 for any.</param>
/// <param name="Tid">A thread, -1 for all, 0 for any.</param>
internal readonly record struct ThreadSelector(int Pid, int Tid)
{
    public const int AllNumber = -1, AnyNumber = 0;

    public static ThreadSelector Any { get; } = new(AnyNumber, AnyNumber);

    public static ThreadSelector All { get; } = new(AllNumber, AllNumber);

    /// <summary>Whether it names one thread; a thread's number tells it alone, since numbers of threads are unique in the guest.</summary>
    public bool IsOneThread => Tid > 0;

    /// <summary>Whether it means this thread, perhaps among others.</summary>
    public bool Covers(GuestThreadId thread) => (Pid <= 0 || Pid == thread.Pid) && (Tid <= 0 || Tid == thread.Tid);
}
