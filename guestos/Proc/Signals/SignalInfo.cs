using GuestOs.Arch;

namespace GuestOs.Proc;

/// <summary>Values of si_code.</summary>
internal static class SignalCode
{
    public const int User = 0;
    public const int Kernel = 0x80;
    public const int Queue = -1;
    public const int Timer = -2;
    public const int MessageQueue = -3;
    public const int ThreadKill = -6;
    public const int IllegalOperand = 2;
    public const int IntegerDivide = 1;
    public const int NotMapped = 1;
    public const int AccessDenied = 2;
    public const int BusAlignment = 1;
    public const int BusAddress = 2;
    public const int TrapTrace = 2;
    public const int ChildExited = 1;
    public const int ChildKilled = 2;
    public const int ChildStopped = 5;
    public const int ChildContinued = 6;
}

/// <summary>What a handler with SA_SIGINFO learns: siginfo_t, whose union is four words here (Linux's asm-generic/siginfo.h).</summary>
internal unsafe struct SignalInfo
{
    /// <summary>Bytes of a siginfo_t.</summary>
    public const ulong UserBytes = 128;

    public int Signal;
    public int Code;
    public int Errno;

    // Offsets 16, 24, 32 and 40 of siginfo_t.
    private ulong _word0, _word1, _word2, _word3;

    /// <summary>True for signals an exception raised in the thread itself.</summary>
    public bool IsException;

    /// <summary>Sender, or the child of SIGCHLD.</summary>
    public int Pid
    {
        readonly get => (int)_word0;
        set => _word0 = (_word0 & ~0xffffffffUL) | (uint)value;
    }

    /// <summary>The sender's user; of timers the overrun count.</summary>
    public int UserId
    {
        readonly get => (int)(_word0 >> 32);
        set => _word0 = (uint)_word0 | (ulong)(uint)value << 32;
    }

    /// <summary>Exit status or signal of the child of SIGCHLD.</summary>
    public int Status
    {
        readonly get => (int)_word1;
        set => _word1 = (uint)value;
    }

    /// <summary>si_value: what sigqueue or a timer brings.</summary>
    public ulong Value
    {
        readonly get => _word1;
        set => _word1 = value;
    }

    /// <summary>si_addr of signals that come from exceptions.</summary>
    public ulong Address
    {
        readonly get => _word0;
        set => _word0 = value;
    }

    public static SignalInfo FromKernel(int signal) => new SignalInfo { Signal = signal, Code = SignalCode.Kernel };

    /// <summary>A signal of the running process.</summary>
    public static SignalInfo FromUser(int signal, int code)
    {
        Thread sender = Scheduler.Current;
        return new SignalInfo { Signal = signal, Code = code, Pid = sender.Process.Pid, UserId = (int)sender.Credentials.User.Real };
    }

    public static SignalInfo FromException(int signal, int code, ulong address) =>
        new SignalInfo { Signal = signal, Code = code, Address = address, IsException = true };

    /// <summary>SIGCHLD or what clone said instead; times in nanoseconds.</summary>
    public static SignalInfo FromChild(int signal, int code, Process child, int status)
    {
        const ulong TickNanoseconds = 10000000;
        return new SignalInfo
        {
            Signal = signal,
            Code = code,
            Pid = child.Pid,
            UserId = (int)child.Credentials.User.Real,
            Status = status,
            _word2 = child.Usage.UserTime / TickNanoseconds,
            _word3 = child.Usage.SystemTime / TickNanoseconds,
        };
    }

    /// <summary>What a program gave to rt_sigqueueinfo, 128 bytes; the number is the call's.</summary>
    public static SignalInfo FromProgram(int signal, ulong* userInfo) => new SignalInfo
    {
        Signal = signal,
        Errno = (int)(userInfo[0] >> 32),
        Code = (int)userInfo[1],
        _word0 = userInfo[2],
        _word1 = userInfo[3],
        _word2 = userInfo[4],
        _word3 = userInfo[5],
    };

    /// <summary>Fills a siginfo_t of 128 bytes.</summary>
    public readonly void Store(ulong* userInfo)
    {
        Memory.Set(userInfo, 0, UserBytes);
        userInfo[0] = (uint)Signal | (ulong)(uint)Errno << 32;
        userInfo[1] = (uint)Code;
        userInfo[2] = _word0;
        userInfo[3] = _word1;
        userInfo[4] = _word2;
        userInfo[5] = _word3;
    }

    /// <summary>Fills a struct signalfd_siginfo of 128 bytes.</summary>
    public readonly void StoreForFile(ulong* record)
    {
        Memory.Set(record, 0, UserBytes);
        record[0] = (uint)Signal | (ulong)(uint)Errno << 32;
        record[1] = (uint)Code;
        bool isFault = Code > 0 && Code != SignalCode.Kernel && (SignalNumber.Bit(Signal) & SignalNumber.Exceptions) != 0;
        if (isFault) record[9] = _word0;
        else if (Code == SignalCode.Timer)
        {
            record[3] = (uint)Pid;
            record[4] = (uint)UserId;
        }
        else
        {
            record[1] |= (ulong)(uint)Pid << 32;
            record[2] = (uint)UserId;
        }
        if (Code is SignalCode.Queue or SignalCode.Timer)
        {
            record[5] = (ulong)(uint)Value << 32;
            record[6] = Value;
        }
        if (Signal != SignalNumber.Child || Code <= 0) return;
        record[5] = (uint)Status;
        record[7] = _word2;
        record[8] = _word3;
    }
}
