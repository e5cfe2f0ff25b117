using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Drivers;

/// <summary>An open terminal: /dev/console, /dev/tty and the standard descriptors under stdio=console.</summary>
internal sealed unsafe class TerminalFile : OpenFile
{
    private const int ChunkBytes = 256;
    private const ulong DecisecondNanoseconds = 100000000;

    private readonly Terminal _terminal;

    /// <summary>Takes a reference to the inode.</summary>
    public TerminalFile(Inode inode, Terminal terminal, uint flags)
        : base(inode, flags) => _terminal = terminal;

    public override long Read(IoBuffer buffer, ulong lengthBytes)
    {
        if (!OpenFlags.CanRead(Flags)) return -Errno.BadFile;
        if (lengthBytes == 0) return 0;
        int error = TerminalJobs.CheckRead(_terminal);
        if (error == 0) error = _terminal.IsCanonical ? Await(1, ulong.MaxValue, 0) : AwaitRaw(lengthBytes);
        if (error != 0) return error == -Errno.TimedOut ? 0 : error;
        byte* chunk = stackalloc byte[ChunkBytes];
        ulong done = 0;
        while (done < lengthBytes)
        {
            uint wanted = lengthBytes - done < ChunkBytes ? (uint)(lengthBytes - done) : ChunkBytes;
            uint count = _terminal.Take(chunk, wanted);
            if (count != 0 && !buffer.Put(done, chunk, count)) return done != 0 ? (long)done : -Errno.Fault;
            done += count;
            if (count < wanted || _terminal.IsCanonical && chunk[count - 1] == '\n') break;
        }
        return (long)done;
    }

    public override long Write(IoBuffer buffer, ulong lengthBytes)
    {
        if (!OpenFlags.CanWrite(Flags)) return -Errno.BadFile;
        int error = TerminalJobs.CheckWrite(_terminal);
        if (error != 0) return error;
        byte* chunk = stackalloc byte[ChunkBytes];
        for (ulong done = 0; done < lengthBytes;)
        {
            ulong length = lengthBytes - done < ChunkBytes ? lengthBytes - done : ChunkBytes;
            if (!buffer.Get(done, chunk, length)) return done != 0 ? (long)done : -Errno.Fault;
            for (ulong i = 0; i < length; i++) _terminal.Put(chunk[i]);
            done += length;
        }
        return (long)lengthBytes;
    }

    public override uint Poll(uint events)
    {
        SerialInput.Arrived.Watch();
        uint result = PollEvents.AnyOut;
        bool isHungUp = SerialInput.IsHungUp;
        if (_terminal.Available != 0 || isHungUp) result |= PollEvents.AnyIn;
        return (result & events) | (isHungUp && _terminal.Available == 0 ? PollEvents.HangUp : 0);
    }

    public override bool WantsToKnowWaiters => true;

    public override void ExpectInput(bool isWaiting) => SerialInput.ExpectInput(isWaiting);

    public override long Ioctl(uint request, ulong argument) => TerminalControl.Ioctl(_terminal, request, argument);

    /// <summary>VMIN and VTIME as termios(3) combines them.</summary>
    private int AwaitRaw(ulong lengthBytes)
    {
        Termios settings = _terminal.Settings;
        uint minimum = settings.ControlCharacters[Termios.Minimum];
        ulong time = settings.ControlCharacters[Termios.Time] * DecisecondNanoseconds;
        if (minimum > lengthBytes) minimum = (uint)lengthBytes;
        if (minimum == 0) return time == 0 ? 0 : Await(1, Clock.Now + time, 0);
        return Await(minimum, ulong.MaxValue, time);
    }

    /// <summary>
    /// Waits for as many characters, until a deadline, or until no further one came for <paramref name="gap"/> nanoseconds after the first (0: no limit).
    /// </summary>
    private int Await(uint minimum, ulong deadline, ulong gap)
    {
        uint last = 0;
        while (_terminal.Available < minimum && !SerialInput.IsHungUp)
        {
            if (IsNonBlocking) return _terminal.Available != 0 ? 0 : -Errno.Again;
            if (gap != 0 && _terminal.Available > last)
            {
                last = _terminal.Available;
                deadline = Clock.Now + gap;
            }
            int error = 0;
            SerialInput.ExpectInput(isWaiting: true);
            if (_terminal.Available < minimum && !SerialInput.IsHungUp)
                error = deadline == ulong.MaxValue ? SerialInput.Arrived.Sleep() : SerialInput.Arrived.SleepUntil(deadline);
            SerialInput.ExpectInput(isWaiting: false);
            if (error != 0) return _terminal.Available != 0 && !_terminal.IsCanonical ? 0 : error;
        }
        return 0;
    }
}
