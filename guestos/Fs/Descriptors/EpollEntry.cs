using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>One open file that an epoll set watches. It goes with the file: watching holds no reference.</summary>
internal sealed class EpollEntry : Watcher
{
    public const uint EdgeTriggered = 1u << 31;
    public const uint OneShot = 1u << 30;
    public const uint WakeUp = 1u << 29;
    public const uint Exclusive = 1u << 28;

    // Say how events are told; all others are events.
    private const uint Flags = EdgeTriggered | OneShot | WakeUp | Exclusive;

    // Told whether they were asked for or not.
    private const uint AlwaysTold = PollEvents.Error | PollEvents.HangUp;

    public readonly EpollFile Set;
    public readonly OpenFile File;
    public readonly int Descriptor;

    /// <summary>Links of the set's list, oldest first, and of the file's.</summary>
    public EpollEntry Next;
    public EpollEntry Previous;
    public EpollEntry NextOfFile;
    public EpollEntry PreviousOfFile;

    /// <summary>Links of the set's list of entries that may have something to tell, while <see cref="IsReady"/>.</summary>
    public EpollEntry NextReady;
    public EpollEntry PreviousReady;
    public bool IsReady;

    /// <summary>Link of the set's list of entries whose files want to know who waits.</summary>
    public EpollEntry NextExpecting;

    // Events asked for, with the flags; no events in a one-shot entry that was told.
    private uint _events;

    public EpollEntry(EpollFile set, OpenFile file, int descriptor)
    {
        Set = set;
        File = file;
        Descriptor = descriptor;
    }

    /// <summary>What the program wants to be told with the events.</summary>
    public ulong Data { get; private set; }

    public override bool IsExclusive => (_events & Exclusive) != 0;

    /// <summary>Asks for other events from now on.</summary>
    public void Ask(uint events, ulong data)
    {
        _events = events | AlwaysTold;
        Data = data;
    }

    /// <summary>Watches the file from now on: the events that hold already.</summary>
    public uint Start()
    {
        Current = this;
        uint events = Poll();
        Current = null;
        return events;
    }

    /// <summary>Events asked for that hold now.</summary>
    public uint Poll()
    {
        uint asked = _events & ~Flags;
        return asked == 0 ? 0 : File.Poll(asked) & asked;
    }

    /// <summary>The program learns of the events. True when they are to be looked at again the next time: level-triggered.</summary>
    public bool Tell()
    {
        if ((_events & OneShot) == 0) return (_events & EdgeTriggered) == 0;
        _events &= Flags;
        return false;
    }

    public override bool OnWake(uint events)
    {
        uint asked = _events & ~Flags;
        if (asked == 0 || events != 0 && (events & asked) == 0) return false;
        return Set.Notice(this);
    }
}
