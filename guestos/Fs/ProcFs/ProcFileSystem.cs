using System;

namespace GuestOs.Fs;

/// <summary>
/// What a node of a process in /proc is, or a link at the top. Of a directory's members the first and the last are named below: they stand together.
/// </summary>
internal enum ProcNode
{
    Root,
    MountsLink,
    Self,
    ThreadSelf,

    Process,

    /// <summary>/proc/PID/task/TID: the same as a process, but for <see cref="Tasks"/>.</summary>
    Task,

    Auxiliary,
    ControlGroup,
    ClearReferences,
    CommandLine,
    Comm,
    CurrentDirectory,
    Environment,
    Executable,
    Descriptors,
    DescriptorInfos,
    InputOutput,
    Limits,
    Maps,
    Memory,
    MountInfo,
    Mounts,
    MountStatistics,
    NumaMaps,
    OutOfMemoryScore,
    OutOfMemoryAdjustment,
    PageMap,
    Personality,
    RootDirectory,
    ScheduleStatistics,
    Smaps,
    SmapsRollup,
    ProcessStat,
    Statm,
    Status,
    SystemCall,
    UserMap,
    GroupMap,
    WaitChannel,
    Tasks,

    Descriptor,
    DescriptorInfo,
}

/// <summary>
/// /proc: <see cref="ProcTree"/>'s nodes for the whole system, and a directory per process. Nodes of processes are made when they are looked up and
/// forgotten at once: what they say changes all the time.
/// </summary>
internal sealed class ProcFileSystem : FileSystem
{
    private const ulong ProcMagic = 0x9fa0;

    private static KernelNode s_system;

    public ProcFileSystem()
    {
        if (s_system == null) s_system = ProcTree.Build();
        Root = new Dentry(null, ""u8, new ProcInode(this, ProcNode.Root, default));
    }

    /// <summary>What /proc shows of the whole system.</summary>
    public KernelNode System => s_system;

    public override ulong Magic => ProcMagic;

    public override string Name => "proc";

    public override bool CachesNames => false;

    public override bool IsEvictable => false;

    protected override void Dismantle() => FileSystemTypes.Keep(this);

    /// <summary>First member of a directory with fixed names; the last is by <see cref="LastMember"/>.</summary>
    public static ProcNode FirstMember(ProcNode directory) => directory switch
    {
        ProcNode.Root => ProcNode.MountsLink,
        ProcNode.Process or ProcNode.Task => ProcNode.Auxiliary,
        _ => ProcNode.Root,
    };

    public static ProcNode LastMember(ProcNode directory) => directory switch
    {
        ProcNode.Root => ProcNode.ThreadSelf,
        ProcNode.Process => ProcNode.Tasks,
        ProcNode.Task => ProcNode.WaitChannel,
        _ => ProcNode.Root,
    };

    public static ReadOnlySpan<byte> NameOf(ProcNode node) => node switch
    {
        ProcNode.MountsLink => "mounts"u8,
        ProcNode.Self => "self"u8,
        ProcNode.ThreadSelf => "thread-self"u8,
        ProcNode.Auxiliary => "auxv"u8,
        ProcNode.ControlGroup => "cgroup"u8,
        ProcNode.ClearReferences => "clear_refs"u8,
        ProcNode.CommandLine => "cmdline"u8,
        ProcNode.Comm => "comm"u8,
        ProcNode.CurrentDirectory => "cwd"u8,
        ProcNode.Environment => "environ"u8,
        ProcNode.Executable => "exe"u8,
        ProcNode.Descriptors => "fd"u8,
        ProcNode.DescriptorInfos => "fdinfo"u8,
        ProcNode.InputOutput => "io"u8,
        ProcNode.Limits => "limits"u8,
        ProcNode.Maps => "maps"u8,
        ProcNode.Memory => "mem"u8,
        ProcNode.MountInfo => "mountinfo"u8,
        ProcNode.Mounts => "mounts"u8,
        ProcNode.MountStatistics => "mountstats"u8,
        ProcNode.NumaMaps => "numa_maps"u8,
        ProcNode.OutOfMemoryScore => "oom_score"u8,
        ProcNode.OutOfMemoryAdjustment => "oom_score_adj"u8,
        ProcNode.PageMap => "pagemap"u8,
        ProcNode.Personality => "personality"u8,
        ProcNode.RootDirectory => "root"u8,
        ProcNode.ScheduleStatistics => "schedstat"u8,
        ProcNode.Smaps => "smaps"u8,
        ProcNode.SmapsRollup => "smaps_rollup"u8,
        ProcNode.ProcessStat => "stat"u8,
        ProcNode.Statm => "statm"u8,
        ProcNode.Status => "status"u8,
        ProcNode.SystemCall => "syscall"u8,
        ProcNode.UserMap => "uid_map"u8,
        ProcNode.GroupMap => "gid_map"u8,
        ProcNode.WaitChannel => "wchan"u8,
        ProcNode.Tasks => "task"u8,
        _ => default,
    };

    public static InodeKind KindOf(ProcNode node) => node switch
    {
        ProcNode.Root or ProcNode.Process or ProcNode.Task or ProcNode.Descriptors or ProcNode.DescriptorInfos or ProcNode.Tasks => InodeKind.Directory,
        ProcNode.Self or ProcNode.ThreadSelf or ProcNode.MountsLink or ProcNode.CurrentDirectory or ProcNode.Executable or ProcNode.RootDirectory
            or ProcNode.Descriptor => InodeKind.SymbolicLink,
        _ => InodeKind.Regular,
    };

    /// <summary>Permission bits, but for those of descriptors, which are the open file's.</summary>
    public static uint ModeOf(ProcNode node)
    {
        const uint Directory = 0x16d, PrivateDirectory = 0x140, Link = 0x1ff, File = 0x124, PrivateFile = 0x100, Setting = 0x1a4, Command = 0x80, ReadWrite = 0x180;
        return node switch
        {
            ProcNode.Descriptors or ProcNode.DescriptorInfos => PrivateDirectory,
            ProcNode.Environment or ProcNode.Auxiliary or ProcNode.PageMap or ProcNode.SystemCall or ProcNode.Personality or ProcNode.DescriptorInfo => PrivateFile,
            ProcNode.OutOfMemoryAdjustment or ProcNode.Comm => Setting,
            ProcNode.ClearReferences => Command,
            ProcNode.Memory => ReadWrite,
            _ => KindOf(node) switch
            {
                InodeKind.Directory => Directory,
                InodeKind.SymbolicLink => Link,
                _ => File,
            },
        };
    }
}
