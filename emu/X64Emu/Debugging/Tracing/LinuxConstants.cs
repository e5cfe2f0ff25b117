namespace X64Emu.Debugging.Tracing;

/// <summary>The constants that arguments of system calls are made of, in the order in which strace writes them.</summary>
internal static class LinuxConstants
{
    public static readonly NamedFlags AccessMode = new("O", null, (0, "O_RDONLY"), (1, "O_WRONLY"), (2, "O_RDWR"), (3, "O_ACCMODE"));

    public static readonly NamedFlags OpenFlags = new(
        "O", null, (0x40, "O_CREAT"), (0x80, "O_EXCL"), (0x100, "O_NOCTTY"), (0x200, "O_TRUNC"), (0x400, "O_APPEND"), (0x800, "O_NONBLOCK"),
        (0x10_1000, "O_SYNC"), (0x1000, "O_DSYNC"), (0x2000, "FASYNC"), (0x4000, "O_DIRECT"), (0x8000, "O_LARGEFILE"), (0x2_0000, "O_NOFOLLOW"),
        (0x4_0000, "O_NOATIME"), (0x8_0000, "O_CLOEXEC"), (0x20_0000, "O_PATH"), (0x41_0000, "O_TMPFILE"), (0x1_0000, "O_DIRECTORY"));

    public static readonly NamedFlags Protection = new("PROT", "PROT_NONE", (1, "PROT_READ"), (2, "PROT_WRITE"), (4, "PROT_EXEC"));

    public static readonly NamedFlags MapFlags = new(
        "MAP", null, (3, "MAP_SHARED_VALIDATE"), (1, "MAP_SHARED"), (2, "MAP_PRIVATE"), (0x10, "MAP_FIXED"), (0x20, "MAP_ANONYMOUS"), (0x40, "MAP_32BIT"),
        (0x4000, "MAP_NORESERVE"), (0x8000, "MAP_POPULATE"), (0x1_0000, "MAP_NONBLOCK"), (0x100, "MAP_GROWSDOWN"), (0x800, "MAP_DENYWRITE"),
        (0x1000, "MAP_EXECUTABLE"), (0x2000, "MAP_LOCKED"), (0x2_0000, "MAP_STACK"), (0x4_0000, "MAP_HUGETLB"), (0x10_0000, "MAP_FIXED_NOREPLACE"));

    public static readonly NamedFlags RemapFlags = new("MREMAP", null, (1, "MREMAP_MAYMOVE"), (2, "MREMAP_FIXED"), (4, "MREMAP_DONTUNMAP"));

    public static readonly NamedFlags Advice = new(
        "MADV", null, (0, "MADV_NORMAL"), (1, "MADV_RANDOM"), (2, "MADV_SEQUENTIAL"), (3, "MADV_WILLNEED"), (4, "MADV_DONTNEED"), (8, "MADV_FREE"),
        (9, "MADV_REMOVE"), (10, "MADV_DONTFORK"), (11, "MADV_DOFORK"), (12, "MADV_MERGEABLE"), (14, "MADV_HUGEPAGE"), (15, "MADV_NOHUGEPAGE"),
        (16, "MADV_DONTDUMP"), (17, "MADV_DODUMP"), (18, "MADV_WIPEONFORK"), (19, "MADV_KEEPONFORK"), (20, "MADV_COLD"), (21, "MADV_PAGEOUT"),
        (22, "MADV_POPULATE_READ"), (23, "MADV_POPULATE_WRITE"));

    public static readonly NamedFlags SyncFlags = new("MS", null, (1, "MS_ASYNC"), (2, "MS_INVALIDATE"), (4, "MS_SYNC"));

    public static readonly NamedFlags Whence = new("SEEK", null, (0, "SEEK_SET"), (1, "SEEK_CUR"), (2, "SEEK_END"), (3, "SEEK_DATA"), (4, "SEEK_HOLE"));

    public static readonly NamedFlags AtFlags = new(
        "AT", null, (0x100, "AT_SYMLINK_NOFOLLOW"), (0x200, "AT_REMOVEDIR"), (0x400, "AT_SYMLINK_FOLLOW"), (0x800, "AT_NO_AUTOMOUNT"),
        (0x1000, "AT_EMPTY_PATH"));

    public static readonly NamedFlags AccessAtFlags = new(
        "AT", null, (0x100, "AT_SYMLINK_NOFOLLOW"), (0x200, "AT_EACCESS"), (0x1000, "AT_EMPTY_PATH"));

    public static readonly NamedFlags AccessModes = new("?_OK", "F_OK", (4, "R_OK"), (2, "W_OK"), (1, "X_OK"));

    public static readonly NamedFlags FileCommand = new(
        "F", null, (0, "F_DUPFD"), (1, "F_GETFD"), (2, "F_SETFD"), (3, "F_GETFL"), (4, "F_SETFL"), (5, "F_GETLK"), (6, "F_SETLK"), (7, "F_SETLKW"),
        (8, "F_SETOWN"), (9, "F_GETOWN"), (1030, "F_DUPFD_CLOEXEC"), (1031, "F_SETPIPE_SZ"), (1032, "F_GETPIPE_SZ"), (1033, "F_ADD_SEALS"),
        (1034, "F_GET_SEALS"));

    public static readonly NamedFlags DescriptorFlags = new("FD", null, (1, "FD_CLOEXEC"));

    public static readonly NamedFlags CloneFlags = new(
        "CLONE", null, (0x100, "CLONE_VM"), (0x200, "CLONE_FS"), (0x400, "CLONE_FILES"), (0x800, "CLONE_SIGHAND"), (0x1000, "CLONE_PIDFD"),
        (0x2000, "CLONE_PTRACE"),
        (0x4000, "CLONE_VFORK"), (0x8000, "CLONE_PARENT"), (0x1_0000, "CLONE_THREAD"), (0x2_0000, "CLONE_NEWNS"), (0x4_0000, "CLONE_SYSVSEM"),
        (0x8_0000, "CLONE_SETTLS"), (0x10_0000, "CLONE_PARENT_SETTID"), (0x20_0000, "CLONE_CHILD_CLEARTID"), (0x40_0000, "CLONE_DETACHED"),
        (0x80_0000, "CLONE_UNTRACED"), (0x100_0000, "CLONE_CHILD_SETTID"));

    public static readonly NamedFlags WaitOptions = new(
        "W", null, (1, "WNOHANG"), (2, "WSTOPPED"), (4, "WEXITED"), (8, "WCONTINUED"), (0x100_0000, "WNOWAIT"), (0x4000_0000, "__WALL"),
        (0x8000_0000, "__WCLONE"));

    public static readonly NamedFlags SignalActionFlags = new(
        "SA", null, (0x400_0000, "SA_RESTORER"), (0x800_0000, "SA_ONSTACK"), (0x1000_0000, "SA_RESTART"), (0x4000_0000, "SA_NODEFER"),
        (0x8000_0000, "SA_RESETHAND"),
        (4, "SA_SIGINFO"), (1, "SA_NOCLDSTOP"), (2, "SA_NOCLDWAIT"));

    public static readonly NamedFlags MaskAction = new("SIG", null, (0, "SIG_BLOCK"), (1, "SIG_UNBLOCK"), (2, "SIG_SETMASK"));

    public static readonly NamedFlags Clock = new(
        "CLOCK", null, (0, "CLOCK_REALTIME"), (1, "CLOCK_MONOTONIC"), (2, "CLOCK_PROCESS_CPUTIME_ID"), (3, "CLOCK_THREAD_CPUTIME_ID"),
        (4, "CLOCK_MONOTONIC_RAW"),
        (5, "CLOCK_REALTIME_COARSE"), (6, "CLOCK_MONOTONIC_COARSE"), (7, "CLOCK_BOOTTIME"));

    public static readonly NamedFlags IntervalClock = new("ITIMER", null, (0, "ITIMER_REAL"), (1, "ITIMER_VIRTUAL"), (2, "ITIMER_PROF"));

    public static readonly NamedFlags ClockFlags = new("TIMER", null, (1, "TIMER_ABSTIME"));

    public static readonly NamedFlags Resource = new(
        "RLIMIT", null, (0, "RLIMIT_CPU"), (1, "RLIMIT_FSIZE"), (2, "RLIMIT_DATA"), (3, "RLIMIT_STACK"), (4, "RLIMIT_CORE"), (5, "RLIMIT_RSS"),
        (6, "RLIMIT_NPROC"),
        (7, "RLIMIT_NOFILE"), (8, "RLIMIT_MEMLOCK"), (9, "RLIMIT_AS"), (10, "RLIMIT_LOCKS"), (11, "RLIMIT_SIGPENDING"), (12, "RLIMIT_MSGQUEUE"),
        (13, "RLIMIT_NICE"),
        (14, "RLIMIT_RTPRIO"), (15, "RLIMIT_RTTIME"));

    public static readonly NamedFlags UsageOf = new(
        "RUSAGE", null, (0, "RUSAGE_SELF"), (1, "RUSAGE_THREAD"), (0xffff_ffff, "RUSAGE_CHILDREN"));

    public static readonly NamedFlags ArchCode = new(
        "ARCH", null, (0x1001, "ARCH_SET_GS"), (0x1002, "ARCH_SET_FS"), (0x1003, "ARCH_GET_FS"), (0x1004, "ARCH_GET_GS"), (0x3001, "ARCH_CET_STATUS"));

    public static readonly NamedFlags RandomFlags = new("GRND", null, (1, "GRND_NONBLOCK"), (2, "GRND_RANDOM"), (4, "GRND_INSECURE"));

    public static readonly NamedFlags FutexOperation = new(
        "FUTEX", null, (0, "FUTEX_WAIT"), (1, "FUTEX_WAKE"), (3, "FUTEX_REQUEUE"), (4, "FUTEX_CMP_REQUEUE"), (5, "FUTEX_WAKE_OP"), (6, "FUTEX_LOCK_PI"),
        (7, "FUTEX_UNLOCK_PI"), (9, "FUTEX_WAIT_BITSET"), (10, "FUTEX_WAKE_BITSET"));

    public static readonly NamedFlags TerminalRequest = new(
        "IOCTL", null, (0x5401, "TCGETS"), (0x5402, "TCSETS"), (0x5403, "TCSETSW"), (0x5404, "TCSETSF"), (0x540f, "TIOCGPGRP"), (0x5410, "TIOCSPGRP"),
        (0x5413, "TIOCGWINSZ"), (0x5414, "TIOCSWINSZ"), (0x541b, "FIONREAD"), (0x5421, "FIONBIO"));

    public static readonly NamedFlags PollEvents = new(
        "POLL", null, (1, "POLLIN"), (2, "POLLPRI"), (4, "POLLOUT"), (0x40, "POLLRDNORM"), (0x80, "POLLRDBAND"), (0x100, "POLLWRNORM"), (0x200, "POLLWRBAND"),
        (8, "POLLERR"), (0x10, "POLLHUP"), (0x20, "POLLNVAL"), (0x2000, "POLLRDHUP"));

    /// <summary>File types in st_mode.</summary>
    public static readonly NamedFlags FileType = new(
        "S_IF", null, (0xc000, "S_IFSOCK"), (0xa000, "S_IFLNK"), (0x8000, "S_IFREG"), (0x6000, "S_IFBLK"), (0x4000, "S_IFDIR"), (0x2000, "S_IFCHR"),
        (0x1000, "S_IFIFO"));

    private static readonly string[] s_signals =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP",
        "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>The name of a signal without SIG; null for none.</summary>
    public static string? SignalName(ulong number) => number switch
    {
        >= 1 and <= 31 => s_signals[number],
        32 => "RTMIN",
        > 32 and <= 64 => $"RT_{number - 32}",
        _ => null,
    };

    /// <summary>A signal as an argument.</summary>
    public static string Signal(ulong number) => SignalName(number & uint.MaxValue) is { } name ? "SIG" + name : $"{(int)number}";
}
