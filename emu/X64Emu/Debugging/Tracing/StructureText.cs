using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace X64Emu.Debugging.Tracing;

/// <summary>The structures that system calls take and fill, in strace's words. A structure that is not mapped is shown as its address.</summary>
internal static class StructureText
{
    private const int MostVectors = 1024;

    /// <summary>struct stat.</summary>
    public static string Stat(SystemCallView call, ulong address)
    {
        Span<byte> bytes = stackalloc byte[144];
        if (!call.TryRead(address, bytes)) return SystemCallView.Pointer(address);
        uint mode = BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]), type = mode & 0xf000;
        ulong device = BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]);
        string size = type is 0x2000 or 0x6000
            ? $"st_rdev=makedev(0x{device >> 8 & 0xfff:x}, 0x{device & 0xff | device >> 12 & 0xf_ff00:x})"
            : $"st_size={BinaryPrimitives.ReadInt64LittleEndian(bytes[48..])}";
        return $"{{st_mode={Mode(mode)}, {size}, ...}}";
    }

    /// <summary>A file mode with its type.</summary>
    public static string Mode(uint mode)
    {
        string? type = LinuxConstants.FileType.Find(mode & 0xf000);
        return type is null ? Octal(mode) : $"{type}|{Octal(mode & 0xfff)}";
    }

    /// <summary>A number in C's octal form.</summary>
    public static string Octal(ulong value) => value == 0 ? "000" : "0" + Convert.ToString((long)value, 8);

    /// <summary>struct timespec.</summary>
    public static string Timespec(SystemCallView call, ulong address) => Pair(call, address, "{tv_sec={0}, tv_nsec={1}}");

    /// <summary>struct timeval.</summary>
    public static string Timeval(SystemCallView call, ulong address) => Pair(call, address, "{tv_sec={0}, tv_usec={1}}");

    /// <summary>struct rlimit64.</summary>
    public static string Limits(SystemCallView call, ulong address)
    {
        if (!call.TryRead(address, out ulong soft) || !call.TryRead(address + 8, out ulong hard)) return SystemCallView.Pointer(address);
        return $"{{rlim_cur={Limit(soft)}, rlim_max={Limit(hard)}}}";

        static string Limit(ulong value) =>
            value == ulong.MaxValue ? "RLIM64_INFINITY" : value > 1024 && value % 1024 == 0 ? $"{value / 1024}*1024" : $"{value}";
    }

    /// <summary>struct rusage.</summary>
    public static string Usage(SystemCallView call, ulong address)
    {
        Span<byte> bytes = stackalloc byte[144];
        if (!call.TryRead(address, bytes)) return SystemCallView.Pointer(address);
        return $"{{ru_utime={Timeval(call, address)}, ru_stime={Timeval(call, address + 16)}, ...}}";
    }

    /// <summary>A signal set of 8 bytes.</summary>
    public static string SignalSet(SystemCallView call, ulong address) =>
        call.TryRead(address, out ulong set) ? SignalSet(set) : SystemCallView.Pointer(address);

    /// <summary>struct sigaction of the kernel.</summary>
    public static string SignalAction(SystemCallView call, ulong address)
    {
        Span<byte> bytes = stackalloc byte[32];
        if (!call.TryRead(address, bytes)) return SystemCallView.Pointer(address);
        ulong handler = BinaryPrimitives.ReadUInt64LittleEndian(bytes), flags = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        string target = handler switch { 0 => "SIG_DFL", 1 => "SIG_IGN", _ => $"0x{handler:x}" };
        string restorer = (flags & 0x400_0000) != 0 ? $", sa_restorer=0x{BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]):x}" : "";
        return $"{{sa_handler={target}, sa_mask={SignalSet(BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]))}, "
            + $"sa_flags={LinuxConstants.SignalActionFlags.Flags(flags)}{restorer}}}";
    }

    /// <summary>What wait4 stores.</summary>
    public static string WaitStatus(SystemCallView call, ulong address)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (!call.TryRead(address, bytes)) return SystemCallView.Pointer(address);
        uint status = BinaryPrimitives.ReadUInt32LittleEndian(bytes), signal = status & 0x7f;
        if (signal == 0) return $"[{{WIFEXITED(s) && WEXITSTATUS(s) == {status >> 8 & 0xff}}}]";
        if ((status & 0xff) == 0x7f) return $"[{{WIFSTOPPED(s) && WSTOPSIG(s) == {LinuxConstants.Signal(status >> 8 & 0xff)}}}]";
        string dump = (status & 0x80) != 0 ? " && WCOREDUMP(s)" : "";
        return $"[{{WIFSIGNALED(s) && WTERMSIG(s) == {LinuxConstants.Signal(signal)}{dump}}}]";
    }

    /// <summary>struct iovec [].</summary>
    /// <param name="call">The call.</param>
    /// <param name="address">The first one.</param>
    /// <param name="count">How many.</param>
    /// <param name="filledBytes">How many bytes of the buffers are valid.</param>
    public static string Vectors(SystemCallView call, ulong address, ulong count, ulong filledBytes)
    {
        if (count > MostVectors) return SystemCallView.Pointer(address);
        List<string> vectors = [];
        for (ulong index = 0; index < count; index++)
        {
            if (!call.TryRead(address + 16 * index, out ulong start) || !call.TryRead(address + 16 * index + 8, out ulong length))
                return SystemCallView.Pointer(address);
            ulong valid = Math.Min(length, filledBytes);
            filledBytes -= valid;
            vectors.Add($"{{iov_base={call.Buffer(start, valid)}, iov_len={length}}}");
        }
        return $"[{string.Join(", ", vectors)}]";
    }

    /// <summary>The two descriptors of a pipe.</summary>
    public static string Descriptors(SystemCallView call, ulong address)
    {
        Span<byte> bytes = stackalloc byte[8];
        if (!call.TryRead(address, bytes)) return SystemCallView.Pointer(address);
        return $"[{BinaryPrimitives.ReadInt32LittleEndian(bytes)}, {BinaryPrimitives.ReadInt32LittleEndian(bytes[4..])}]";
    }

    /// <summary>struct utsname.</summary>
    public static string SystemName(SystemCallView call, ulong address)
    {
        byte[] bytes = new byte[65 * 2];
        if (!call.TryRead(address, bytes)) return SystemCallView.Pointer(address);
        return $"{{sysname={call.Text(address)}, nodename={call.Text(address + 65)}, ...}}";
    }

    /// <summary>struct pollfd [].</summary>
    public static string Polls(SystemCallView call, ulong address, ulong count)
    {
        if (count > MostVectors) return SystemCallView.Pointer(address);
        Span<byte> bytes = stackalloc byte[8];
        List<string> polls = [];
        for (ulong index = 0; index < count; index++)
        {
            if (!call.TryRead(address + 8 * index, bytes)) return SystemCallView.Pointer(address);
            string events = LinuxConstants.PollEvents.Flags(BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]));
            polls.Add($"{{fd={BinaryPrimitives.ReadInt32LittleEndian(bytes)}, events={events}}}");
        }
        return $"[{string.Join(", ", polls)}]";
    }

    /// <summary>How many entries getdents64 has stored.</summary>
    public static string DirectoryEntries(SystemCallView call, ulong address, long lengthBytes)
    {
        int entries = 0;
        Span<byte> header = stackalloc byte[18];
        for (ulong at = 0; at < (ulong)Math.Max(lengthBytes, 0); entries++)
        {
            if (!call.TryRead(address + at, header) || BinaryPrimitives.ReadUInt16LittleEndian(header[16..]) is not (> 0 and var length)) break;
            at += length;
        }
        return $"{SystemCallView.Pointer(address)} /* {entries} entries */";
    }

    /// <summary>struct itimerval.</summary>
    public static string IntervalTimer(SystemCallView call, ulong address) =>
        $"{{it_interval={Timeval(call, address)}, it_value={Timeval(call, address + 16)}}}";

    /// <summary>struct itimerspec.</summary>
    public static string TimerSetting(SystemCallView call, ulong address) =>
        $"{{it_interval={Timespec(call, address)}, it_value={Timespec(call, address + 16)}}}";

    /// <summary>struct clone_args, and behind an arrow what clone3 has stored.</summary>
    public static string CloneArguments(SystemCallView call, ulong address)
    {
        Span<byte> bytes = stackalloc byte[64];
        if (!call.TryRead(address, bytes)) return SystemCallView.Pointer(address);
        ulong flags = BinaryPrimitives.ReadUInt64LittleEndian(bytes), signal = BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]);
        ulong stack = BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]), parent = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        string text = $"{{flags={LinuxConstants.CloneFlags.Flags(flags)}";
        if ((flags & 0x120_0000) != 0) text += $", child_tid={SystemCallView.Pointer(BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]))}";
        if ((flags & 0x10_0000) != 0) text += $", parent_tid={SystemCallView.Pointer(parent)}";
        text += $", exit_signal={(signal == 0 ? "0" : LinuxConstants.Signal(signal))}, stack={SystemCallView.Pointer(stack)}";
        text += $", stack_size={SystemCallView.Hexadecimal(BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]))}";
        if ((flags & 0x8_0000) != 0) text += $", tls={SystemCallView.Pointer(BinaryPrimitives.ReadUInt64LittleEndian(bytes[56..]))}";
        Span<byte> child = stackalloc byte[4];
        bool isStored = call.HasOutput && (flags & 0x10_0000) != 0 && call.TryRead(parent, child);
        return text + (isStored ? $"}} => {{parent_tid=[{BitConverter.ToInt32(child)}]}}" : "}");
    }

    private static string SignalSet(ulong set)
    {
        // As strace does with sets of most signals.
        const int many = 64 * 2 / 3;
        if (BitOperations.PopCount(set) >= many) return "~" + SignalSet(~set);
        IEnumerable<int> numbers = Enumerable.Range(1, 64).Where(number => (set >> (number - 1) & 1) != 0);
        return $"[{string.Join(' ', numbers.Select(number => LinuxConstants.SignalName((ulong)number)))}]";
    }

    private static string Pair(SystemCallView call, ulong address, string form)
    {
        if (!call.TryRead(address, out ulong first) || !call.TryRead(address + 8, out ulong second)) return SystemCallView.Pointer(address);
        return new StringBuilder(form).Replace("{0}", $"{(long)first}").Replace("{1}", $"{(long)second}").ToString();
    }
}
