using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>A signal that waits, with its details.</summary>
internal sealed class QueuedSignal
{
    public SignalInfo Info;
    public QueuedSignal Next;

    /// <summary>Who it is counted for, with a reference; null for a timer's.</summary>
    public UserAccount Account;

    /// <summary>The timer it belongs to, which keeps it for the next time; null for those made for one signal.</summary>
    public PosixTimer Timer;

    /// <summary>In a queue now.</summary>
    public bool IsQueued;
}

/// <summary>
/// Signals that wait for a thread or a process. Real-time signals queue; of the others one waits of each number. Where no memory or no room below
/// RLIMIT_SIGPENDING is left, a signal comes without details.
/// </summary>
internal struct PendingSignals
{
    private QueuedSignal _first;
    private QueuedSignal _last;

    // Those of the mask that the kernel sent without details.
    private ulong _fromKernel;

    /// <summary>Bit n-1 for signal n.</summary>
    public ulong Mask { get; private set; }

    /// <summary>Adds a signal of the kernel that needs no details. Allocates nothing.</summary>
    public void AddFromKernel(int signal)
    {
        if ((Mask & SignalNumber.Bit(signal)) == 0) _fromKernel |= SignalNumber.Bit(signal);
        Mask |= SignalNumber.Bit(signal);
    }

    /// <summary>Adds a signal; false when it is a real-time signal that may not get lost but for which there is no room.</summary>
    /// <param name="account">The receiver's, which counts it.</param>
    /// <param name="limit">How many the account may count.</param>
    public bool Add(in SignalInfo info, UserAccount account, ulong limit)
    {
        ulong bit = SignalNumber.Bit(info.Signal);
        bool isRealTime = info.Signal >= SignalNumber.FirstRealTime;
        if (!isRealTime && (Mask & bit) != 0) return true;
        bool mayExceed = !isRealTime && info.Code >= 0;
        if (FrameAllocator.IsScarce || !mayExceed && (ulong)account.QueuedSignalCount >= limit)
        {
            if (isRealTime && info.Code != SignalCode.User) return false;
        }
        else
        {
            account.QueuedSignalCount++;
            account.AddReference();
            Append(new QueuedSignal { Info = info, Account = account });
        }
        Mask |= bit;
        return true;
    }

    /// <summary>Adds a timer's signal; false when one of the same number, not real-time, waits already. Allocates nothing.</summary>
    public bool Add(QueuedSignal timerSignal)
    {
        ulong bit = SignalNumber.Bit(timerSignal.Info.Signal);
        if (timerSignal.Info.Signal < SignalNumber.FirstRealTime && (Mask & bit) != 0) return false;
        Append(timerSignal);
        Mask |= bit;
        return true;
    }

    /// <summary>
    /// Takes the next signal out that <paramref name="blocked"/> lets through: exceptions first, then the lowest number. False when there is none.
    /// </summary>
    public bool Take(ulong blocked, out SignalInfo info)
    {
        ulong ready = Mask & ~blocked;
        info = default;
        if (ready == 0) return false;
        if ((ready & SignalNumber.Exceptions) != 0) ready &= SignalNumber.Exceptions;
        int signal = 1;
        while ((ready & SignalNumber.Bit(signal)) == 0) signal++;
        if (TakeQueued(signal, out info)) return true;
        info = new SignalInfo { Signal = signal, Code = (_fromKernel & SignalNumber.Bit(signal)) != 0 ? SignalCode.Kernel : SignalCode.User };
        _fromKernel &= ~SignalNumber.Bit(signal);
        return true;
    }

    /// <summary>Forgets signals.</summary>
    public void Remove(ulong mask)
    {
        if ((Mask & mask) == 0) return;
        Mask &= ~mask;
        _fromKernel &= ~mask;
        QueuedSignal before = null;
        for (QueuedSignal queued = _first; queued != null;)
        {
            QueuedSignal next = queued.Next;
            if ((SignalNumber.Bit(queued.Info.Signal) & mask) == 0) before = queued;
            else Unlink(before, queued);
            queued = next;
        }
    }

    /// <summary>Forgets a timer's signal.</summary>
    public void Remove(QueuedSignal timerSignal)
    {
        QueuedSignal before = null;
        for (QueuedSignal queued = _first; queued != null; before = queued, queued = queued.Next)
        {
            if (queued != timerSignal) continue;
            Unlink(before, queued);
            if (!IsAnyQueued(queued.Info.Signal)) Mask &= ~SignalNumber.Bit(queued.Info.Signal);
            return;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => Remove(ulong.MaxValue);

    private bool TakeQueued(int signal, out SignalInfo info)
    {
        QueuedSignal before = null, queued = _first;
        while (queued != null && queued.Info.Signal != signal)
        {
            before = queued;
            queued = queued.Next;
        }
        info = queued == null ? default : queued.Info;
        bool isLast = true;
        for (QueuedSignal other = queued?.Next; other != null && isLast; other = other.Next) isLast = other.Info.Signal != signal;
        if (isLast) Mask &= ~SignalNumber.Bit(signal);
        if (queued == null) return false;
        Unlink(before, queued);
        queued.Timer?.Delivered(ref info);
        return true;
    }

    private readonly bool IsAnyQueued(int signal)
    {
        for (QueuedSignal queued = _first; queued != null; queued = queued.Next)
            if (queued.Info.Signal == signal) return true;
        return false;
    }

    private void Append(QueuedSignal queued)
    {
        queued.IsQueued = true;
        queued.Next = null;
        if (_last != null) _last.Next = queued;
        else _first = queued;
        _last = queued;
    }

    private void Unlink(QueuedSignal before, QueuedSignal queued)
    {
        if (before != null) before.Next = queued.Next;
        else _first = queued.Next;
        if (_last == queued) _last = before;
        queued.IsQueued = false;
        if (queued.Timer != null) return;
        queued.Account.QueuedSignalCount--;
        queued.Account.Release();
        KernelHeap.Free(queued);
    }
}
