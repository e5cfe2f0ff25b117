using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>What a program wants done on a signal: rt_sigaction's kernel structure.</summary>
internal struct SignalAction
{
    public const ulong Default = 0;
    public const ulong Ignore = 1;

    public const ulong NoChildStop = 1;
    public const ulong NoChildWait = 2;
    public const ulong SigInfo = 4;
    public const ulong OnStack = 0x08000000;
    public const ulong Restart = 0x10000000;
    public const ulong NoDefer = 0x40000000;
    public const ulong ResetHandler = 0x80000000;
    public const ulong HasRestorer = 0x04000000;

    public ulong Handler;
    public ulong Flags;
    public ulong Restorer;
    public ulong Mask;
}

/// <summary>A process's signal actions and the signals waiting for any of its threads.</summary>
internal sealed class SignalState
{
    private readonly SignalAction[] _actions = new SignalAction[SignalNumber.Last + 1];

    private WaitQueue _arrived;

    public PendingSignals Pending;

    /// <summary>Woken when a signal was sent to the process or one of its threads; made when first asked for.</summary>
    public WaitQueue Arrived => _arrived ??= new WaitQueue();

    /// <summary>A signal was sent. Allocates nothing.</summary>
    public void Arrive() => _arrived?.WakeAll();

    /// <summary>The action of signal 1 to 64.</summary>
    public ref SignalAction Action(int signal) => ref _actions[signal];

    /// <summary>A copy of the actions with nothing pending, for fork.</summary>
    public SignalState Clone()
    {
        SignalState copy = new SignalState();
        for (int i = 1; i < _actions.Length; i++) copy._actions[i] = _actions[i];
        return copy;
    }

    /// <summary>Handlers become defaults, ignored signals stay ignored: exec.</summary>
    public void ResetHandlers()
    {
        for (int i = 1; i < _actions.Length; i++)
        {
            ulong handler = _actions[i].Handler == SignalAction.Ignore ? SignalAction.Ignore : SignalAction.Default;
            _actions[i] = new SignalAction { Handler = handler };
        }
    }

    /// <summary>True when a signal would do nothing.</summary>
    public bool IsIgnored(int signal)
    {
        ulong handler = _actions[signal].Handler;
        return handler == SignalAction.Ignore || handler == SignalAction.Default && (SignalNumber.IgnoredByDefault & SignalNumber.Bit(signal)) != 0;
    }

    public void Destroy()
    {
        Pending.Clear();
        KernelHeap.Free(_actions);
        _arrived?.Destroy();
        KernelHeap.Free(this);
    }
}
