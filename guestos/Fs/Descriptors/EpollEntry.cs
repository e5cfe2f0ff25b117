using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>One open file that an epoll set watches. It goes with the file: watching holds no reference.</summary>
internal sealed class EpollEntry
{
    public const uint EdgeTriggered = 1u << 31;
    public const uint OneShot = 1u << 30;

    /// <summary>Told whether they were asked for or not.</summary>
    public const uint AlwaysTold = PollEvents.Error | PollEvents.HangUp;

    public readonly EpollFile Set;
    public readonly OpenFile File;
    public readonly int Descriptor;

    /// <summary>Events asked for, with the flags that say how.</summary>
    public uint Events;
    public ulong Data;

    /// <summary>Links of the set's list, oldest first, and of the file's.</summary>
    public EpollEntry Next;
    public EpollEntry Previous;
    public EpollEntry NextOfFile;

    // What OpenFile.EventCount said when the entry was last told, of edge-triggered ones.
    private uint _toldCount;
    private bool _wasTold;

    // Told once, and not asked for again since.
    private bool _isSpent;

    public EpollEntry(EpollFile set, OpenFile file, int descriptor)
    {
        Set = set;
        File = file;
        Descriptor = descriptor;
    }

    /// <summary>Asks for other events from now on.</summary>
    public void Ask(uint events, ulong data)
    {
        Events = events;
        Data = data;
        _wasTold = false;
        _isSpent = false;
    }

    /// <summary>Events that are to be told now.</summary>
    public uint Ready
    {
        get
        {
            if (_isSpent) return 0;
            uint asked = Events & ~(EdgeTriggered | OneShot) | AlwaysTold;
            uint ready = File.Poll(asked) & asked;
            bool isOld = (Events & EdgeTriggered) != 0 && _wasTold && _toldCount == File.EventCount;
            return isOld ? 0 : ready;
        }
    }

    /// <summary>The program learns of the events.</summary>
    public void Told()
    {
        _wasTold = true;
        _toldCount = File.EventCount;
        _isSpent = (Events & OneShot) != 0;
    }
}
