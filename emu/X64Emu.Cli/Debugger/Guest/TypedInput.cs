using System.Collections.Concurrent;

namespace X64Emu.Cli.Debugger.Guest;

/// <summary>What was typed for the guest, and at which moments of virtual time its machine took it: a later machine gets the same at the same moments.</summary>
internal sealed class TypedInput
{
    private readonly ConcurrentQueue<byte> typed = new();
    private readonly List<(ulong Nanoseconds, byte Key)> taken = [];

    /// <summary>A key for the guest. May be called from any thread.</summary>
    public void Type(byte key) => typed.Enqueue(key);

    /// <summary>Forgets everything: the next machine starts without input.</summary>
    public void Clear()
    {
        typed.Clear();
        taken.Clear();
    }

    /// <summary>The next byte at this moment, for a machine that has taken so many.</summary>
    public bool TryTake(int alreadyTaken, ulong nowNanoseconds, out byte key)
    {
        key = 0;
        if (alreadyTaken < taken.Count && taken[alreadyTaken].Nanoseconds > nowNanoseconds)
        {
            // Still to come, as the first time; a new key makes another future.
            if (typed.IsEmpty) return false;
            taken.RemoveRange(alreadyTaken, taken.Count - alreadyTaken);
        }
        if (alreadyTaken < taken.Count)
        {
            key = taken[alreadyTaken].Key;
            return true;
        }
        if (!typed.TryDequeue(out key)) return false;
        taken.Add((nowNanoseconds, key));
        return true;
    }

    /// <summary>Whether <see cref="TryTake"/> would have a byte.</summary>
    public bool IsWaiting(int alreadyTaken, ulong nowNanoseconds) =>
        !typed.IsEmpty || (alreadyTaken < taken.Count && taken[alreadyTaken].Nanoseconds <= nowNanoseconds);
}
