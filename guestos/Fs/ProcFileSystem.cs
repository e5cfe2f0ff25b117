using System;

namespace GuestOs.Fs;

/// <summary>What a node of /proc is. The members of a directory stand together, between its First and Last.</summary>
internal enum ProcNode
{
    Root,
    BuddyInfo,
    CommandLineOfKernel,
    CpuInfo,
    FileSystems,
    LoadAverage,
    MemInfo,
    MountsLink,
    Self,
    Stat,
    Sys,
    Uptime,
    Version,
    VmStat,

    Process,
    Auxiliary,
    CommandLine,
    Comm,
    CurrentDirectory,
    Environment,
    Executable,
    Descriptors,
    Limits,
    Maps,
    Mounts,
    OutOfMemoryScore,
    OutOfMemoryAdjustment,
    PageMap,
    RootDirectory,
    Smaps,
    SmapsRollup,
    ProcessStat,
    Statm,
    Status,
    Tasks,

    Descriptor,

    Kernel,
    VirtualMemory,

    HostName,
    OsRelease,
    OsType,
    PidMaximum,
    RandomizeAddresses,
    KernelVersion,

    DropCaches,
    LegacyLayout,
    MaximumMaps,
    MinimumMapAddress,
    OutOfMemoryDumpsTasks,
    OutOfMemoryKillsRequester,
    OvercommitKilobytes,
    OvercommitMemory,
    OvercommitRatio,
    PanicOnOutOfMemory,
}

/// <summary>/proc. Nodes are made when they are looked up and forgotten at once: what they say changes all the time.</summary>
internal sealed class ProcFileSystem : FileSystem
{
    private const ulong ProcMagic = 0x9fa0;

    public ProcFileSystem() => Root = new Dentry(null, ""u8, new ProcInode(this, ProcNode.Root, 0, 0));

    public override ulong Magic => ProcMagic;

    public override string Name => "proc";

    public override bool CachesNames => false;

    public override bool IsEvictable => false;

    /// <summary>First member of a directory with fixed names; the last is by <see cref="LastMember"/>.</summary>
    public static ProcNode FirstMember(ProcNode directory) => directory switch
    {
        ProcNode.Root => ProcNode.BuddyInfo,
        ProcNode.Process => ProcNode.Auxiliary,
        ProcNode.Sys => ProcNode.Kernel,
        ProcNode.Kernel => ProcNode.HostName,
        ProcNode.VirtualMemory => ProcNode.DropCaches,
        _ => ProcNode.Root,
    };

    public static ProcNode LastMember(ProcNode directory) => directory switch
    {
        ProcNode.Root => ProcNode.VmStat,
        ProcNode.Process => ProcNode.Tasks,
        ProcNode.Sys => ProcNode.VirtualMemory,
        ProcNode.Kernel => ProcNode.KernelVersion,
        ProcNode.VirtualMemory => ProcNode.PanicOnOutOfMemory,
        _ => ProcNode.Root,
    };

    public static ReadOnlySpan<byte> NameOf(ProcNode node) => node switch
    {
        ProcNode.BuddyInfo => "buddyinfo"u8,
        ProcNode.CommandLineOfKernel => "cmdline"u8,
        ProcNode.CpuInfo => "cpuinfo"u8,
        ProcNode.FileSystems => "filesystems"u8,
        ProcNode.LoadAverage => "loadavg"u8,
        ProcNode.MemInfo => "meminfo"u8,
        ProcNode.MountsLink => "mounts"u8,
        ProcNode.Self => "self"u8,
        ProcNode.Stat => "stat"u8,
        ProcNode.Sys => "sys"u8,
        ProcNode.Uptime => "uptime"u8,
        ProcNode.Version => "version"u8,
        ProcNode.VmStat => "vmstat"u8,
        ProcNode.Auxiliary => "auxv"u8,
        ProcNode.CommandLine => "cmdline"u8,
        ProcNode.Comm => "comm"u8,
        ProcNode.CurrentDirectory => "cwd"u8,
        ProcNode.Environment => "environ"u8,
        ProcNode.Executable => "exe"u8,
        ProcNode.Descriptors => "fd"u8,
        ProcNode.Limits => "limits"u8,
        ProcNode.Maps => "maps"u8,
        ProcNode.Mounts => "mounts"u8,
        ProcNode.OutOfMemoryScore => "oom_score"u8,
        ProcNode.OutOfMemoryAdjustment => "oom_score_adj"u8,
        ProcNode.PageMap => "pagemap"u8,
        ProcNode.RootDirectory => "root"u8,
        ProcNode.Smaps => "smaps"u8,
        ProcNode.SmapsRollup => "smaps_rollup"u8,
        ProcNode.ProcessStat => "stat"u8,
        ProcNode.Statm => "statm"u8,
        ProcNode.Status => "status"u8,
        ProcNode.Tasks => "task"u8,
        ProcNode.Kernel => "kernel"u8,
        ProcNode.HostName => "hostname"u8,
        ProcNode.OsRelease => "osrelease"u8,
        ProcNode.OsType => "ostype"u8,
        ProcNode.PidMaximum => "pid_max"u8,
        ProcNode.RandomizeAddresses => "randomize_va_space"u8,
        ProcNode.KernelVersion => "version"u8,
        ProcNode.VirtualMemory => "vm"u8,
        ProcNode.DropCaches => "drop_caches"u8,
        ProcNode.LegacyLayout => "legacy_va_layout"u8,
        ProcNode.MaximumMaps => "max_map_count"u8,
        ProcNode.MinimumMapAddress => "mmap_min_addr"u8,
        ProcNode.OutOfMemoryDumpsTasks => "oom_dump_tasks"u8,
        ProcNode.OutOfMemoryKillsRequester => "oom_kill_allocating_task"u8,
        ProcNode.PanicOnOutOfMemory => "panic_on_oom"u8,
        ProcNode.OvercommitKilobytes => "overcommit_kbytes"u8,
        ProcNode.OvercommitMemory => "overcommit_memory"u8,
        ProcNode.OvercommitRatio => "overcommit_ratio"u8,
        _ => default,
    };

    public static InodeKind KindOf(ProcNode node) => node switch
    {
        ProcNode.Root or ProcNode.Process or ProcNode.Sys or ProcNode.Kernel or ProcNode.VirtualMemory or ProcNode.Descriptors or ProcNode.Tasks
            => InodeKind.Directory,
        ProcNode.Self or ProcNode.MountsLink or ProcNode.CurrentDirectory or ProcNode.Executable or ProcNode.RootDirectory or ProcNode.Descriptor
            => InodeKind.SymbolicLink,
        _ => InodeKind.Regular,
    };
}
