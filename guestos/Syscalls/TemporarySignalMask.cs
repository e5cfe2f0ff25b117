using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>The signal mask ppoll and pselect6 use while they wait.</summary>
internal struct TemporarySignalMask
{
    private ulong _saved;
    private bool _isSet;

    /// <summary>Sets the mask at an address (0: none): 0, -EFAULT, -EINVAL.</summary>
    public int Set(ulong address, ulong lengthBytes)
    {
        if (address == 0) return 0;
        if (lengthBytes != 8) return -Errno.Invalid;
        if (!UserMemory.Read(address, out ulong mask)) return -Errno.Fault;
        Thread thread = Scheduler.Current;
        _saved = thread.BlockedSignals;
        _isSet = true;
        thread.BlockedSignals = mask & ~SignalNumber.Unblockable;
        Signal.UpdateWork(thread);
        return 0;
    }

    /// <summary>Puts the old mask back: now, or after the handler when a signal ended the wait.</summary>
    public readonly void End(bool isInterrupted)
    {
        if (!_isSet) return;
        Thread thread = Scheduler.Current;
        if (isInterrupted)
        {
            thread.SavedBlockedSignals = _saved;
            thread.RestoreBlockedSignals = true;
            return;
        }
        thread.BlockedSignals = _saved;
        Signal.UpdateWork(thread);
    }
}
