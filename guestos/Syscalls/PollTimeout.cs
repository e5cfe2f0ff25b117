using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Syscalls;

/// <summary>The time-out of select, pselect6 and ppoll, which learn what is left of it.</summary>
internal struct PollTimeout
{
    private const long MicrosecondNanoseconds = 1000;

    // 0 when the program gave none, and waits forever.
    private ulong _address;
    private bool _isTimeval;

    /// <summary>When the wait ends, in <see cref="Clock.Now"/>'s nanoseconds.</summary>
    public ulong Deadline { get; private set; }

    /// <summary>Reads a struct timespec at an address, which may be 0: 0, -EFAULT, -EINVAL.</summary>
    public int ReadTimespec(ulong address)
    {
        Deadline = ulong.MaxValue;
        if (address == 0) return 0;
        int error = Timespec.Read(address, out Timespec time);
        _address = address;
        Deadline = Clock.Now + time.Total;
        return error;
    }

    /// <summary>Reads a struct timeval, whose microseconds may be more than a second, at an address, which may be 0: 0, -EFAULT, -EINVAL.</summary>
    public int ReadTimeval(ulong address)
    {
        Deadline = ulong.MaxValue;
        if (address == 0) return 0;
        // It has the shape of a struct timespec.
        if (!UserMemory.Read(address, out Timespec time)) return -Errno.Fault;
        if (time.Seconds < 0 || time.Nanoseconds < 0) return -Errno.Invalid;
        _address = address;
        _isTimeval = true;
        const long MicrosecondsPerSecond = 1000000;
        Timespec whole = new Timespec { Seconds = time.Seconds + time.Nanoseconds / MicrosecondsPerSecond };
        Deadline = Clock.Now + whole.Total + (ulong)(time.Nanoseconds % MicrosecondsPerSecond * MicrosecondNanoseconds);
        return 0;
    }

    /// <summary>Writes what is left. Where that cannot be done an interrupted call must not be made again: it would wait too long.</summary>
    public readonly long Finish(long result)
    {
        if (_address == 0) return result;
        ulong now = Clock.Now;
        Timespec left = Timespec.From(Deadline > now ? Deadline - now : 0);
        if (_isTimeval) left.Nanoseconds /= MicrosecondNanoseconds;
        bool isTold = UserMemory.Write(_address, left);
        return !isTold && result == -Errno.RestartWithoutHandler ? -Errno.Interrupted : result;
    }
}
