using System.Runtime.InteropServices;
using GuestOs.Fs;

namespace GuestOs.Syscalls;

/// <summary>struct stat of x86-64, 144 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FileStatus
{
    public ulong Device;
    public ulong Number;
    public ulong LinkCount;
    public uint Mode;
    public uint UserId;
    public uint GroupId;
    public uint Padding;
    public ulong DeviceNumber;
    public ulong SizeBytes;
    public ulong BlockBytes;
    public ulong Blocks;
    public ulong AccessedSeconds;
    public ulong AccessedNanoseconds;
    public ulong ModifiedSeconds;
    public ulong ModifiedNanoseconds;
    public ulong ChangedSeconds;
    public ulong ChangedNanoseconds;
    private fixed ulong _unused[3];

    /// <summary>Blocks of 512 bytes a file takes.</summary>
    public static ulong BlocksOf(Inode inode) =>
        inode.IsInMemory && inode.Content != null ? inode.Content.PageCount * 8 :
        inode.StoredBlocks != 0 || inode.Kind != InodeKind.Regular ? inode.StoredBlocks : ((inode.SizeBytes + 4095) >> 12) * 8;

    public static FileStatus Of(Inode inode) => new FileStatus
    {
        Device = inode.FileSystem == null ? 0 : inode.FileSystem.Device,
        Number = inode.Number,
        LinkCount = inode.LinkCount,
        Mode = inode.TypeAndMode,
        UserId = inode.UserId,
        GroupId = inode.GroupId,
        DeviceNumber = inode.DeviceNumber,
        SizeBytes = inode.SizeBytes,
        BlockBytes = inode.FileSystem == null ? 4096 : inode.FileSystem.BlockBytes,
        Blocks = BlocksOf(inode),
        AccessedSeconds = inode.Accessed.Seconds,
        AccessedNanoseconds = inode.Accessed.Nanoseconds,
        ModifiedSeconds = inode.Modified.Seconds,
        ModifiedNanoseconds = inode.Modified.Nanoseconds,
        ChangedSeconds = inode.Changed.Seconds,
        ChangedNanoseconds = inode.Changed.Nanoseconds,
    };
}
