using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>The word of a lock in user memory (futex(2)), with priority inheritance or robust: its owner's number and two bits.</summary>
internal static class LockWord
{
    public const uint ThreadMask = 0x3fffffff;
    public const uint OwnerDied = 0x40000000;
    public const uint HasWaiters = 0x80000000;

    /// <summary>The thread has the lock of an owner that died: it says so in the word.</summary>
    public static int WriteOwner(Thread thread, ulong address)
    {
        if (!UserMemory.Read(address, out uint word)) return -Errno.Fault;
        while (true)
        {
            uint value = HasWaiters | OwnerDied | (uint)thread.Id;
            if (!UserMemory.CompareExchange(address, word, value, out uint found)) return -Errno.Fault;
            if (found == word) return 0;
            word = found;
        }
    }

    /// <summary>Reads a word whose page can be written from now on: nothing sleeps, and so nothing here changes, until it is.</summary>
    public static bool ReadForChange(ulong address, out uint word)
    {
        if (!UserMemory.Read(address, out word)) return false;
        while (true)
        {
            if (!UserMemory.CompareExchange(address, word, word, out uint found)) return false;
            if (found == word) return true;
            word = found;
        }
    }
}
