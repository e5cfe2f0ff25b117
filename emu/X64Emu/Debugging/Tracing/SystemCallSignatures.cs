using System.Collections.Frozen;
using X64Emu.Debugging.Running;
using static X64Emu.Debugging.Tracing.Arguments;
using static X64Emu.Debugging.Tracing.LinuxConstants;

namespace X64Emu.Debugging.Tracing;

/// <summary>What the arguments of the system calls are.</summary>
internal static class SystemCallSignatures
{
    private static readonly FrozenDictionary<string, ArgumentWords[]> s_signatures = new Dictionary<string, ArgumentWords[]>
    {
        ["read"] = [Number, Output, Size],
        ["write"] = [Number, Input(2), Size],
        ["pread64"] = [Number, Output, Size, Long],
        ["pwrite64"] = [Number, Input(2), Size, Long],
        ["readv"] = [Number, OutputVectors, Number],
        ["writev"] = [Number, InputVectors, Number],
        ["open"] = [Path, OpenFlags, ModeWhenCreating(1)],
        ["openat"] = [Directory, Path, OpenFlags, ModeWhenCreating(2)],
        ["creat"] = [Path, Mode],
        ["close"] = [Number],
        ["lseek"] = [Number, Long, Value(Whence)],
        ["stat"] = [Path, Fills(StructureText.Stat)],
        ["lstat"] = [Path, Fills(StructureText.Stat)],
        ["fstat"] = [Number, Fills(StructureText.Stat)],
        ["newfstatat"] = [Directory, Path, Fills(StructureText.Stat), Flags(AtFlags)],
        ["statx"] = [Directory, Path, Flags(AtFlags), Hexadecimal, Address],
        ["access"] = [Path, Flags(AccessModes)],
        ["faccessat"] = [Directory, Path, Flags(AccessModes)],
        ["faccessat2"] = [Directory, Path, Flags(AccessModes), Flags(AccessAtFlags)],
        ["readlink"] = [Path, Output, Size],
        ["readlinkat"] = [Directory, Path, Output, Size],
        ["getcwd"] = [StoredText, Size],
        ["chdir"] = [Path],
        ["fchdir"] = [Number],
        ["mkdir"] = [Path, Mode],
        ["mkdirat"] = [Directory, Path, Mode],
        ["mknod"] = [Path, TypedMode],
        ["rmdir"] = [Path],
        ["unlink"] = [Path],
        ["unlinkat"] = [Directory, Path, Flags(AtFlags)],
        ["rename"] = [Path, Path],
        ["renameat"] = [Directory, Path, Directory, Path],
        ["renameat2"] = [Directory, Path, Directory, Path, Hexadecimal],
        ["link"] = [Path, Path],
        ["linkat"] = [Directory, Path, Directory, Path, Flags(AtFlags)],
        ["symlink"] = [Path, Path],
        ["symlinkat"] = [Path, Directory, Path],
        ["chmod"] = [Path, Mode],
        ["fchmod"] = [Number, Mode],
        ["fchmodat"] = [Directory, Path, Mode],
        ["chown"] = [Path, Number, Number],
        ["fchown"] = [Number, Number, Number],
        ["lchown"] = [Path, Number, Number],
        ["truncate"] = [Path, Long],
        ["ftruncate"] = [Number, Long],
        ["fallocate"] = [Number, Hexadecimal, Long, Long],
        ["fsync"] = [Number],
        ["fdatasync"] = [Number],
        ["umask"] = [Mode],
        ["dup"] = [Number],
        ["dup2"] = [Number, Number],
        ["dup3"] = [Number, Number, Flags(LinuxConstants.OpenFlags)],
        ["pipe"] = [Fills(StructureText.Descriptors)],
        ["pipe2"] = [Fills(StructureText.Descriptors), Flags(LinuxConstants.OpenFlags)],
        ["fcntl"] = [Number, Value(FileCommand), FileCommandArgument],
        ["ioctl"] = [Number, Value(TerminalRequest), Address],
        ["getdents64"] = [Number, DirectoryEntries, Size],
        ["sendfile"] = [Number, Number, Address, Size],
        ["poll"] = [Polls, Number, Number],
        ["ppoll"] = [Polls, Number, Reads(StructureText.Timespec), Reads(StructureText.SignalSet), Size],
        ["select"] = [Number, Address, Address, Address, Reads(StructureText.Timeval)],
        ["brk"] = [Address],
        ["mmap"] = [Address, Size, Flags(Protection), Flags(MapFlags), Number, Hexadecimal],
        ["munmap"] = [Address, Size],
        ["mprotect"] = [Address, Size, Flags(Protection)],
        ["mremap"] = [Address, Size, Size, Flags(RemapFlags)],
        ["madvise"] = [Address, Size, Value(Advice)],
        ["msync"] = [Address, Size, Flags(SyncFlags)],
        ["mincore"] = [Address, Size, Address],
        ["memfd_create"] = [Path, Hexadecimal],
        ["shmget"] = [Hexadecimal, Size, Hexadecimal],
        ["shmat"] = [Number, Address, Hexadecimal],
        ["shmdt"] = [Address],
        ["mlock"] = [Address, Size],
        ["munlock"] = [Address, Size],
        ["execve"] = [Path, Texts, Arguments.Environment],
        ["exit"] = [Number],
        ["exit_group"] = [Number],
        ["clone"] = [CloneStack, CloneFlagsAndSignal, CloneAddresses],
        ["clone3"] = [Reads(StructureText.CloneArguments), Size],
        ["fork"] = [],
        ["vfork"] = [],
        ["wait4"] = [Number, WaitStatus, Flags(WaitOptions), Fills(StructureText.Usage)],
        ["kill"] = [Number, Signal],
        ["tkill"] = [Number, Signal],
        ["tgkill"] = [Number, Number, Signal],
        ["pause"] = [],
        ["alarm"] = [Size],
        ["setitimer"] = [Value(IntervalClock), Reads(StructureText.IntervalTimer), Fills(StructureText.IntervalTimer)],
        ["getitimer"] = [Value(IntervalClock), Fills(StructureText.IntervalTimer)],
        ["timerfd_settime"] = [Number, Hexadecimal, Reads(StructureText.TimerSetting), Fills(StructureText.TimerSetting)],
        ["rt_sigaction"] = [Signal, Reads(StructureText.SignalAction), Fills(StructureText.SignalAction), Size],
        ["rt_sigprocmask"] = [Value(MaskAction), Reads(StructureText.SignalSet), Fills(StructureText.SignalSet), Size],
        ["rt_sigpending"] = [Fills(StructureText.SignalSet), Size],
        ["rt_sigsuspend"] = [Reads(StructureText.SignalSet), Size],
        ["rt_sigreturn"] = [ReturnFrame],
        ["rt_sigqueueinfo"] = [Number, Signal, Reads(SignalText.OfCall)],
        ["rt_tgsigqueueinfo"] = [Number, Number, Signal, Reads(SignalText.OfCall)],
        ["sigaltstack"] = [Address, Address],
        ["getpid"] = [],
        ["getppid"] = [],
        ["gettid"] = [],
        ["getuid"] = [],
        ["geteuid"] = [],
        ["getgid"] = [],
        ["getegid"] = [],
        ["getpgrp"] = [],
        ["setsid"] = [],
        ["setpgid"] = [Number, Number],
        ["getpgid"] = [Number],
        ["getsid"] = [Number],
        ["sched_yield"] = [],
        ["sched_getaffinity"] = [Number, Size, Address],
        ["nanosleep"] = [Reads(StructureText.Timespec), Remaining],
        ["clock_nanosleep"] = [Value(Clock), Flags(ClockFlags), Reads(StructureText.Timespec), Remaining],
        ["clock_gettime"] = [Value(Clock), Fills(StructureText.Timespec)],
        ["clock_getres"] = [Value(Clock), Fills(StructureText.Timespec)],
        ["gettimeofday"] = [Fills(StructureText.Timeval), Address],
        ["time"] = [Address],
        ["uname"] = [Fills(StructureText.SystemName)],
        ["getrlimit"] = [Value(Resource), Fills(StructureText.Limits)],
        ["setrlimit"] = [Value(Resource), Reads(StructureText.Limits)],
        ["prlimit64"] = [Number, Value(Resource), Reads(StructureText.Limits), Fills(StructureText.Limits)],
        ["getrusage"] = [Value(UsageOf), Fills(StructureText.Usage)],
        ["sysinfo"] = [Address],
        ["times"] = [Address],
        ["getrandom"] = [RandomOutput, Size, Flags(RandomFlags)],
        ["arch_prctl"] = [Value(ArchCode), ArchArgument],
        ["set_tid_address"] = [Address],
        ["set_robust_list"] = [Address, Size],
        ["rseq"] = [Address, Hexadecimal, Hexadecimal, Hexadecimal],
        ["futex"] = [Address, FutexOperation, Number, FutexTimeout, FutexBits],
    }.ToFrozenDictionary();

    // Calls whose arguments are shown as numbers, by how many they have. Other calls, and those that do not exist, are shown with six.
    private const string CountedCalls = """
        0 sync munlockall inotify_init vhangup
        1 setuid setgid setfsuid setfsgid personality mlockall epoll_create epoll_create1 eventfd timer_getoverrun
          timer_delete swapoff chroot acct umount syncfs sched_getscheduler sched_get_priority_max sched_get_priority_min inotify_init1
        2 setreuid setregid getgroups setgroups sethostname setdomainname getpriority eventfd2 statfs fstatfs utime utimes swapon flock sysfs
          timer_gettime timerfd_create timerfd_gettime clock_settime settimeofday capget capset sched_setparam sched_getparam umount2
          sched_rr_get_interval listen unshare setns pkey_alloc
        3 setresuid setresgid getresuid getresgid shmctl setpriority mlock2 readahead getcpu sched_setscheduler sched_setaffinity syslog
          timer_create semget semop msgctl ioprio_set socket connect accept bind getsockname getpeername sched_setattr close_range membarrier
          get_robust_list
        4 fadvise64 utimensat epoll_ctl epoll_wait timer_settime semctl semtimedop msgsnd mknodat socketpair splice tee pkey_mprotect
          sync_file_range signalfd4 preadv pwritev accept4 rt_sigtimedwait sched_getattr
        5 prctl waitid fchownat remap_file_pages msgrcv mount setsockopt getsockopt get_mempolicy
        6 epoll_pwait pselect6 process_vm_readv process_vm_writev copy_file_range sendto recvfrom mbind
        """;

    private static readonly ArgumentWords[] s_six = [.. Enumerable.Repeat<ArgumentWords>(Hexadecimal, SystemCallArguments.Count)];
    private static readonly FrozenDictionary<int, ArgumentWords[]> s_byNumber = ByNumber();

    /// <summary>The arguments of a call.</summary>
    public static ArgumentWords[] Of(int number) => s_byNumber.GetValueOrDefault(number) ?? s_six;

    private static FrozenDictionary<int, ArgumentWords[]> ByNumber()
    {
        Dictionary<int, ArgumentWords[]> byNumber = [];
        int count = 0;
        foreach (string word in CountedCalls.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (int.TryParse(word, out int next)) count = next;
            else if (SystemCallNames.TryGetNumber(word, out int number)) byNumber[number] = s_six[..count];
        }
        foreach ((string name, ArgumentWords[] arguments) in s_signatures)
            if (SystemCallNames.TryGetNumber(name, out int number)) byNumber[number] = arguments;
        return byNumber.ToFrozenDictionary();
    }

    private static string CloneStack(SystemCallView call, int index) => $"child_stack={SystemCallView.Pointer(call[1])}";

    private static string CloneFlagsAndSignal(SystemCallView call, int index)
    {
        ulong signal = call[0] & 0xff, flags = call[0] & 0xffff_ff00;
        string names = flags == 0 ? "" : CloneFlags.Flags(flags), exit = signal == 0 ? "" : LinuxConstants.Signal(signal);
        string joined = names.Length > 0 && exit.Length > 0 ? $"{names}|{exit}" : names + exit;
        return $"flags={(joined.Length == 0 ? "0" : joined)}";
    }

    /// <summary>The rest of clone's arguments, whose order in strace's words is not that of the registers.</summary>
    private static string? CloneAddresses(SystemCallView call, int index)
    {
        List<string> words = [];
        ulong flags = call[0];
        string parent = Stored(call, call[2]);
        if ((flags & 0x10_0000) != 0) words.Add($"parent_tid={parent}");
        if ((flags & 0x8_0000) != 0) words.Add($"tls=0x{call[4]:x}");
        if ((flags & 0x120_0000) != 0) words.Add($"child_tidptr={SystemCallView.Pointer(call[3])}");
        return words.Count == 0 ? null : string.Join(", ", words);
    }

    private static string Stored(SystemCallView call, ulong address)
    {
        Span<byte> bytes = stackalloc byte[4];
        return call.HasOutput && call.TryRead(address, bytes) ? $"[{BitConverter.ToInt32(bytes)}]" : SystemCallView.Pointer(address);
    }
}
