using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// Robust futexes (Linux's Documentation/locking/robust-futex-ABI): the locks a thread holds are in a list in its memory. When it ends, each
/// is marked with FUTEX_OWNER_DIED and one waiter woken.
/// </summary>
internal static class RobustList
{
    private const int MaximumLocks = 2048;
    private const ulong PriorityInheriting = 1;

    /// <summary>struct robust_list_head.</summary>
    private struct Head
    {
        public ulong First;
        public ulong Offset;
        public ulong Pending;
    }

    /// <summary>Gives up all locks of the running thread. What is wrong with the list is the program's business.</summary>
    public static void GiveUp(Thread thread)
    {
        ulong address = thread.RobustList;
        thread.RobustList = 0;
        if (address == 0 || !UserMemory.Read(address, out Head head)) return;
        ulong pending = head.Pending & ~PriorityInheriting;
        ulong entry = head.First;
        for (int count = 0; count < MaximumLocks && (entry & ~PriorityInheriting) != address; count++)
        {
            ulong current = entry & ~PriorityInheriting;
            bool inherits = (entry & PriorityInheriting) != 0;
            // Before the lock is given up: its next owner may change the link.
            bool isRead = UserMemory.Read(current, out entry);
            if (current != pending && !GiveUp(thread, current + head.Offset, isPending: false, inherits)) return;
            if (!isRead) break;
        }
        if (pending != 0) GiveUp(thread, pending + head.Offset, isPending: true, (head.Pending & PriorityInheriting) != 0);
    }

    /// <param name="inherits">Of a lock with priority inheritance <see cref="PriorityLock"/> wakes the next owner.</param>
    private static bool GiveUp(Thread thread, ulong word, bool isPending, bool inherits)
    {
        if ((word & 3) != 0 || !UserMemory.Read(word, out uint value)) return false;
        AddressSpace space = thread.Process.Space;
        while (true)
        {
            if (isPending && !inherits && value == 0)
            {
                // Unlocked, but the thread died before it could wake anybody.
                Futex.Wake(FutexKey.OfShared(space, word), 1, uint.MaxValue);
                return true;
            }
            if ((value & LockWord.ThreadMask) != (uint)thread.Id) return true;
            if (!UserMemory.CompareExchange(word, value, (value & LockWord.HasWaiters) | LockWord.OwnerDied, out uint found)) return false;
            if (found == value) break;
            value = found;
        }
        if ((value & LockWord.HasWaiters) != 0 && !inherits) Futex.Wake(FutexKey.OfShared(space, word), 1, uint.MaxValue);
        return true;
    }
}
