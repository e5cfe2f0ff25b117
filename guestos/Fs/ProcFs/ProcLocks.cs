namespace GuestOs.Fs;

/// <summary>/proc/locks.</summary>
internal static class ProcLocks
{
    /// <summary>Number, kind, type, process, device and inode, range; who waits for a lock follows it with an arrow.</summary>
    public static void Write(ref TextWriter writer)
    {
        ulong number = 0;
        for (FileLocks locks = FileLocks.FirstOfAll; locks != null; locks = locks.Next)
        {
            for (FileLock held = locks.First; held != null; held = held.Next)
            {
                number++;
                WriteLine(ref writer, number, locks.Inode, held.Range, isWaiting: false);
                for (FileLockWait wait = FileLockWait.First; wait != null; wait = wait.Next)
                    if (wait.Blocker == held) WriteLine(ref writer, number, locks.Inode, wait.Wanted, isWaiting: true);
            }
        }
    }

    private static void WriteLine(ref TextWriter writer, ulong number, Inode inode, in FileLockRange range, bool isWaiting)
    {
        writer.Decimal(number);
        writer.Text(isWaiting ? ": -> "u8 : ": "u8);
        writer.Text(range.Kind switch { FileLockKind.Process => "POSIX  ADVISORY  "u8, FileLockKind.OpenFile => "OFDLCK ADVISORY  "u8, _ => "FLOCK  ADVISORY  "u8 });
        writer.Text(range.Type == FileLockType.Write ? "WRITE "u8 : "READ "u8);
        if (range.Pid < 0) writer.Text("-1"u8);
        else writer.Decimal((ulong)range.Pid);
        writer.Text(" 00:"u8);
        uint device = inode.FileSystem == null ? 0 : inode.FileSystem.Device;
        writer.Hex(device, 2);
        writer.Byte((byte)':');
        writer.Decimal(inode.Number);
        writer.Byte((byte)' ');
        writer.Decimal(range.Start);
        if (range.Last == FileLockRange.Endless) writer.Text(" EOF\n"u8);
        else
        {
            writer.Byte((byte)' ');
            writer.Decimal(range.Last);
            writer.Byte((byte)'\n');
        }
    }
}
