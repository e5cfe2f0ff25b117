using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>statfs(2), fstatfs(2).</summary>
internal static unsafe class SysStatfs
{
    private const ulong ValidFlag = 0x20;
    private const ulong RelativeAccessTime = 0x1000;
    private const ulong PipeMagic = 0x50495045;

    public static long Statfs(TrapFrame* frame)
    {
        int error = PathArgument.Find(PathArgument.Here, frame->Argument0, followLast: true, 0, out Dentry entry);
        if (error != 0) return error;
        long result = Store(entry.Inode.FileSystem, frame->Argument1);
        entry.Release();
        return result;
    }

    public static long Fstatfs(TrapFrame* frame)
    {
        OpenFile file = Descriptors.Table.Get((int)frame->Argument0);
        return file == null ? -Errno.BadFile : Store(file.Inode.FileSystem, frame->Argument1);
    }

    /// <summary>statfs has mount's values.</summary>
    private static ulong FlagsOf(MountFlags flags) => (ulong)flags | ((flags & MountFlags.NoAccessTime) == 0 ? RelativeAccessTime : 0);

    private static long Store(FileSystem fileSystem, ulong address)
    {
        FileSystemStatistics statistics = new FileSystemStatistics
        {
            Magic = fileSystem == null ? PipeMagic : fileSystem.Magic,
            BlockBytes = fileSystem == null ? 4096 : fileSystem.BlockBytes,
            FragmentBytes = fileSystem == null ? 4096 : fileSystem.BlockBytes,
            NameBytes = PathWalk.MaximumNameBytes,
            Flags = ValidFlag | (fileSystem == null ? 0 : FlagsOf(fileSystem.Flags)),
        };
        int error = fileSystem == null ? 0 : fileSystem.Statistics(ref statistics);
        if (error != 0) return error;
        return UserMemory.Write(address, statistics) ? 0 : -Errno.Fault;
    }
}
