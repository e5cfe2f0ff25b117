namespace GuestOs.Fs;

/// <summary>/proc/sys/fs (Linux's Documentation/admin-guide/sysctl/fs.rst).</summary>
internal static unsafe class FsSettings
{
    private const ulong Nobody = 65534;
    private const ulong HardMessages = 65536;
    private const ulong LeastMessageBytes = 128;
    private const ulong HardMessageBytes = 16 << 20;

    public static void AddTo(KernelNode fs)
    {
        fs.AddDirectory("9p"u8).AddNumber("write_on_close"u8, ref RegularFile.WritesOnClose, 0, 1);
        fs.AddFile("dentry-state"u8, &ShowNames);
        // Nothing but memory limits open files.
        fs.AddConstant("file-max"u8, long.MaxValue);
        fs.AddFile("file-nr"u8, &ShowFiles);
        KernelNode queues = fs.AddDirectory("mqueue"u8);
        queues.AddNumber("msg_default"u8, ref PosixQueueLimits.DefaultMessages, 1, HardMessages);
        queues.AddNumber("msg_max"u8, ref PosixQueueLimits.MaximumMessages, 1, HardMessages);
        queues.AddNumber("msgsize_default"u8, ref PosixQueueLimits.DefaultMessageBytes, LeastMessageBytes, HardMessageBytes);
        queues.AddNumber("msgsize_max"u8, ref PosixQueueLimits.MaximumMessageBytes, LeastMessageBytes, HardMessageBytes);
        queues.AddNumber("queues_max"u8, ref PosixQueueLimits.MaximumQueues, 0, int.MaxValue);
        fs.AddConstant("nr_open"u8, FileTable.MaximumFiles);
        fs.AddConstant("overflowgid"u8, Nobody);
        fs.AddConstant("overflowuid"u8, Nobody);
        fs.AddConstant("pipe-max-size"u8, PipeInode.MaximumBytes);
    }

    /// <summary>Open files, free ones (none is kept), the most there may be.</summary>
    private static void ShowFiles(ref TextWriter writer)
    {
        writer.Decimal(OpenFile.Count);
        writer.Text("\t0\t"u8);
        writer.Decimal(long.MaxValue);
        writer.Byte((byte)'\n');
    }

    /// <summary>Names in the cache, those of them nobody uses, their age limit in seconds, three more that mean nothing here.</summary>
    private static void ShowNames(ref TextWriter writer)
    {
        writer.Decimal(Dentry.Count);
        writer.Byte((byte)'\t');
        writer.Decimal((ulong)DentryCache.EvictableCount);
        writer.Text("\t45\t0\t0\t0\n"u8);
    }
}
