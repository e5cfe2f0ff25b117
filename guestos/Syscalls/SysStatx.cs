using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>statx(2).</summary>
internal static unsafe class SysStatx
{
    private const uint BasicFields = 0x7ff;
    private const uint ReservedMask = 0x80000000;
    private const uint KnownFlags = PathArgument.SymlinkNoFollow | PathArgument.EmptyPath | 0x800 | 0x6000;

    private struct Time
    {
        public ulong Seconds;
        public uint Nanoseconds;
        public uint Padding;

        public static Time From(Timestamp time) => new Time { Seconds = time.Seconds, Nanoseconds = time.Nanoseconds };
    }

    private struct Result
    {
        public uint Mask, BlockBytes;
        public ulong Attributes;
        public uint LinkCount, UserId, GroupId;
        public ushort Mode, Padding;
        public ulong Number, SizeBytes, Blocks, AttributesMask;
        public Time Accessed, Born, Changed, Modified;
        public uint DeviceNumberMajor, DeviceNumberMinor, DeviceMajor, DeviceMinor;
        public fixed ulong Spare[14];
    }

    public static long Call(TrapFrame* frame)
    {
        uint flags = (uint)frame->Argument2;
        if ((flags & ~KnownFlags) != 0 || ((uint)frame->Argument3 & ReservedMask) != 0) return -Errno.Invalid;
        bool isDescriptor = (flags & PathArgument.EmptyPath) != 0 && (int)frame->Argument0 >= 0 && (frame->Argument1 == 0 || SysStat.IsEmpty(frame->Argument1));
        if (isDescriptor)
        {
            OpenFile file = Descriptors.Table.Get((int)frame->Argument0);
            return file == null ? -Errno.BadFile : Store(file.Inode, frame->Argument4);
        }
        int error = PathArgument.Find(frame->Argument0, frame->Argument1, (flags & PathArgument.SymlinkNoFollow) == 0, flags, out Dentry entry);
        if (error != 0) return error;
        long result = Store(entry.Inode, frame->Argument4);
        entry.Release();
        return result;
    }

    private static long Store(Inode inode, ulong address)
    {
        FileStatus status = FileStatus.Of(inode);
        Result result = new Result
        {
            Mask = BasicFields,
            BlockBytes = (uint)status.BlockBytes,
            LinkCount = (uint)status.LinkCount,
            UserId = status.UserId,
            GroupId = status.GroupId,
            Mode = (ushort)status.Mode,
            Number = status.Number,
            SizeBytes = status.SizeBytes,
            Blocks = status.Blocks,
            Accessed = Time.From(inode.Accessed),
            Changed = Time.From(inode.Changed),
            Modified = Time.From(inode.Modified),
            DeviceNumberMajor = (uint)status.DeviceNumber >> 8,
            DeviceNumberMinor = (uint)status.DeviceNumber & 0xff,
            DeviceMajor = (uint)status.Device >> 8,
            DeviceMinor = (uint)status.Device & 0xff,
        };
        return UserMemory.Write(address, result) ? 0 : -Errno.Fault;
    }
}
