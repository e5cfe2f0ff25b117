using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>How many messages a queue holds and how long each may be, and /proc/sys/fs/mqueue, which bounds that.</summary>
internal struct PosixQueueLimits
{
    // What those with CAP_SYS_RESOURCE may ask for.
    private const ulong HardMessages = 65536;
    private const ulong HardMessageBytes = 16 << 20;

    // What Linux reckons for the record of a message and of a priority.
    private const ulong RecordBytes = 48;

    /// <summary>Priorities are below this.</summary>
    public const uint Priorities = 32768;

    public static int MaximumQueues = 256;
    public static ulong MaximumMessages = 10;
    public static ulong MaximumMessageBytes = 8192;
    public static ulong DefaultMessages = 10;
    public static ulong DefaultMessageBytes = 8192;

    public ulong Messages;
    public ulong MessageBytes;

    /// <summary>Of a queue that is made without saying.</summary>
    public static PosixQueueLimits Default => new PosixQueueLimits
    {
        Messages = DefaultMessages < MaximumMessages ? DefaultMessages : MaximumMessages,
        MessageBytes = DefaultMessageBytes < MaximumMessageBytes ? DefaultMessageBytes : MaximumMessageBytes,
    };

    /// <summary>What a queue counts for RLIMIT_MSGQUEUE, whatever it holds.</summary>
    public readonly ulong ChargedBytes => Messages * RecordBytes + (Messages < Priorities ? Messages : Priorities) * RecordBytes + Messages * MessageBytes;

    /// <summary>0, or -EINVAL when the running process may not make such a queue.</summary>
    public readonly int Check()
    {
        bool isFree = Credentials.CurrentHas(Capability.ExceedResources);
        ulong messages = isFree ? HardMessages : MaximumMessages, bytes = isFree ? HardMessageBytes : MaximumMessageBytes;
        return Messages - 1 < messages && MessageBytes - 1 < bytes ? 0 : -Errno.Invalid;
    }
}
