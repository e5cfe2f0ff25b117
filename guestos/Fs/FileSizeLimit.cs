using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>RLIMIT_FSIZE: how long the running process may make files. Who goes beyond gets SIGXFSZ, and -EFBIG when the signal does not end it.</summary>
internal static class FileSizeLimit
{
    /// <summary>Cuts a write at the limit. 0, or -EFBIG when not a byte of it is allowed.</summary>
    public static int Cut(ulong offset, ref ulong lengthBytes)
    {
        ulong limit = Limit;
        if (!Allows(offset)) return Refuse();
        if (lengthBytes > limit - offset) lengthBytes = limit - offset;
        return 0;
    }

    /// <summary>True when a byte may be written at an offset.</summary>
    public static bool Allows(ulong offset) => offset < Limit;

    /// <summary>0, or -EFBIG when a file may not become so long. It may stay longer than the limit, and become shorter.</summary>
    public static int Check(Inode inode, ulong sizeBytes) => sizeBytes > inode.SizeBytes && sizeBytes > Limit ? Refuse() : 0;

    private static ulong Limit => Scheduler.Current.Process.Limits.Get(ResourceLimits.FileSize).Soft;

    private static int Refuse()
    {
        Signal.SendToThread(Scheduler.Current, SignalInfo.FromUser(SignalNumber.FileSizeLimit, SignalCode.User));
        return -Errno.FileTooBig;
    }
}
