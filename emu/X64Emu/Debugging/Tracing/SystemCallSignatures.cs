using System.Collections.Frozen;
using static X64Emu.Debugging.Tracing.Arguments;
using static X64Emu.Debugging.Tracing.LinuxConstants;

namespace X64Emu.Debugging.Tracing;

/// <summary>What the arguments of the common system calls are. Calls that are not here are shown with six numbers.</summary>
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
        ["mlock"] = [Address, Size],
        ["munlock"] = [Address, Size],
        ["execve"] = [Path, Texts, Arguments.Environment],
        ["exit"] = [Number],
        ["exit_group"] = [Number],
        ["fork"] = [],
        ["vfork"] = [],
        ["wait4"] = [Number, WaitStatus, Flags(WaitOptions), Fills(StructureText.Usage)],
        ["kill"] = [Number, Signal],
        ["tkill"] = [Number, Signal],
        ["tgkill"] = [Number, Number, Signal],
        ["pause"] = [],
        ["alarm"] = [Size],
        ["rt_sigaction"] = [Signal, Reads(StructureText.SignalAction), Fills(StructureText.SignalAction), Size],
        ["rt_sigprocmask"] = [Value(MaskAction), Reads(StructureText.SignalSet), Fills(StructureText.SignalSet), Size],
        ["rt_sigpending"] = [Fills(StructureText.SignalSet), Size],
        ["rt_sigsuspend"] = [Reads(StructureText.SignalSet), Size],
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
        ["nanosleep"] = [Reads(StructureText.Timespec), Address],
        ["clock_nanosleep"] = [Value(Clock), Flags(ClockFlags), Reads(StructureText.Timespec), Address],
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
        ["futex"] = [Address, FutexOperation, Number, FutexTimeout],
    }.ToFrozenDictionary();

    /// <summary>The arguments of a call; null when they are not known.</summary>
    public static ArgumentWords[]? Find(string name) => s_signatures.GetValueOrDefault(name);

    /// <summary>The arguments of clone, whose order in strace's words is not that of the registers.</summary>
    public static string Clone(SystemCallView call)
    {
        ulong signal = call[0] & 0xff, flags = call[0] & 0xffff_ff00;
        string names = flags == 0 ? "" : CloneFlags.Flags(flags), exit = signal == 0 ? "" : LinuxConstants.Signal(signal);
        string joined = names.Length > 0 && exit.Length > 0 ? $"{names}|{exit}" : names + exit;
        string text = $"child_stack={SystemCallView.Pointer(call[1])}, flags={(joined.Length == 0 ? "0" : joined)}";
        if ((flags & 0x10_0000) != 0) text += $", parent_tid={Stored(call, call[2])}";
        if ((flags & 0x8_0000) != 0) text += $", tls=0x{call[4]:x}";
        if ((flags & 0x120_0000) != 0) text += $", child_tidptr={SystemCallView.Pointer(call[3])}";
        return text;
    }

    private static string Stored(SystemCallView call, ulong address)
    {
        Span<byte> bytes = stackalloc byte[4];
        return call.HasOutput && call.TryRead(address, bytes) ? $"[{BitConverter.ToInt32(bytes)}]" : SystemCallView.Pointer(address);
    }
}
