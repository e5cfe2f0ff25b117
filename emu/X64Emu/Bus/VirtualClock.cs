namespace X64Emu.Bus;

/// <summary>Virtual time and the callbacks waiting for it. Used from the CPU's thread alone.</summary>
/// <remarks>Callbacks run in order of deadline, and those of one deadline in the order they were scheduled, so runs repeat exactly.</remarks>
public sealed class VirtualClock : IVirtualClock
{
    private Entry[] heap = new Entry[16];
    private int count;
    private long lastHandle;
    private bool isRunningDue;

    /// <inheritdoc/>
    public ulong NowNanoseconds { get; private set; }

    /// <summary>When the next callback is due; <see cref="ulong.MaxValue"/> when none waits.</summary>
    public ulong NextDeadlineNanoseconds { get; private set; } = ulong.MaxValue;

    /// <summary>Sets the time forward; an earlier time is ignored. Callbacks run in <see cref="RunDue"/>, not here.</summary>
    public void AdvanceTo(ulong nanoseconds)
    {
        if (nanoseconds > NowNanoseconds) NowNanoseconds = nanoseconds;
    }

    /// <inheritdoc/>
    public IReadOnlyList<PendingCallback> Pending =>
    [
        .. heap.Take(count).OrderBy(entry => entry.Deadline).ThenBy(entry => entry.Handle)
            .Select(entry => new PendingCallback(entry.Deadline, entry.Purpose)),
    ];

    /// <inheritdoc/>
    public long Schedule(ulong deadlineNanoseconds, Action callback, string purpose = "")
    {
        ArgumentNullException.ThrowIfNull(callback);
        // A callback that schedules into the past waits for the next round, so a round always ends.
        if (isRunningDue && deadlineNanoseconds <= NowNanoseconds) deadlineNanoseconds = NowNanoseconds + 1;
        if (count == heap.Length) Array.Resize(ref heap, count * 2);
        Entry entry = new(deadlineNanoseconds, ++lastHandle, callback, purpose);
        SiftUp(count++, entry);
        NextDeadlineNanoseconds = heap[0].Deadline;
        return entry.Handle;
    }

    /// <inheritdoc/>
    public void Cancel(long handle)
    {
        for (int index = 0; index < count; index++)
        {
            if (heap[index].Handle != handle) continue;
            RemoveAt(index);
            return;
        }
    }

    /// <summary>Runs every callback whose deadline has come.</summary>
    public void RunDue()
    {
        isRunningDue = true;
        try
        {
            while (count > 0 && heap[0].Deadline <= NowNanoseconds)
            {
                Action callback = heap[0].Callback;
                RemoveAt(0);
                callback();
            }
        }
        finally
        {
            isRunningDue = false;
        }
    }

    private void RemoveAt(int index)
    {
        Entry moved = heap[--count];
        heap[count] = default;
        if (index < count)
        {
            if (index > 0 && moved.IsBefore(heap[(index - 1) / 2])) SiftUp(index, moved);
            else SiftDown(index, moved);
        }
        NextDeadlineNanoseconds = count == 0 ? ulong.MaxValue : heap[0].Deadline;
    }

    private void SiftUp(int index, Entry entry)
    {
        while (index > 0 && entry.IsBefore(heap[(index - 1) / 2]))
        {
            heap[index] = heap[(index - 1) / 2];
            index = (index - 1) / 2;
        }
        heap[index] = entry;
    }

    private void SiftDown(int index, Entry entry)
    {
        for (int child = 2 * index + 1; child < count; child = 2 * index + 1)
        {
            if (child + 1 < count && heap[child + 1].IsBefore(heap[child])) child++;
            if (entry.IsBefore(heap[child])) break;
            heap[index] = heap[child];
            index = child;
        }
        heap[index] = entry;
    }

    private readonly record struct Entry(ulong Deadline, long Handle, Action Callback, string Purpose)
    {
        internal bool IsBefore(in Entry other) => Deadline != other.Deadline ? Deadline < other.Deadline : Handle < other.Handle;
    }
}
