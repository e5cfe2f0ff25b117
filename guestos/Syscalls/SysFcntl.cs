using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>fcntl(2), but for locks.</summary>
internal static unsafe class SysFcntl
{
    private const int DuplicateDescriptor = 0;
    private const int GetDescriptorFlags = 1;
    private const int SetDescriptorFlags = 2;
    private const int GetStatusFlags = 3;
    private const int SetStatusFlags = 4;
    private const int SetOwner = 8;
    private const int GetOwner = 9;
    private const int DuplicateCloseOnExec = 1030;
    private const int SetPipeSize = 1031;
    private const int GetPipeSize = 1032;
    private const int AddSeals = 1033;
    private const int GetSeals = 1034;
    private const uint ExecutableBits = 0x49;

    public static long Call(TrapFrame* frame)
    {
        FileTable table = Descriptors.Table;
        int descriptor = (int)frame->Argument0;
        OpenFile file = table.Get(descriptor);
        if (file == null) return -Errno.BadFile;
        int command = (int)frame->Argument1;
        switch (command)
        {
            case DuplicateDescriptor or DuplicateCloseOnExec:
                return Duplicate(table, file, frame->Argument2, command == DuplicateCloseOnExec);
            case GetDescriptorFlags: return table.IsCloseOnExec(descriptor) ? 1 : 0;
            case SetDescriptorFlags:
                table.SetCloseOnExec(descriptor, (frame->Argument2 & 1) != 0);
                return 0;
            case GetStatusFlags: return file.Flags;
            case SetStatusFlags:
                file.Flags = (file.Flags & ~OpenFlags.Changeable) | ((uint)frame->Argument2 & OpenFlags.Changeable);
                return 0;
            case >= SysFileLock.Get and <= SysFileLock.SetAndWait:
            case >= SysFileLock.OfOpenFile + SysFileLock.Get and <= SysFileLock.OfOpenFile + SysFileLock.SetAndWait:
                return SysFileLock.Call(table, descriptor, command, frame->Argument2);
            case SetOwner or GetOwner: return 0;
            case SetPipeSize: return file is PipeFile pipe ? pipe.Resize((uint)frame->Argument2) : -Errno.BadFile;
            case GetPipeSize: return file is PipeFile sized ? (long)sized.CapacityBytes : -Errno.BadFile;
            case AddSeals: return Seal(file, (FileSeals)(uint)frame->Argument2);
            case GetSeals: return file.Inode.IsInMemory && file.Inode.Content != null ? (long)file.Inode.Seals : -Errno.Invalid;
            default: return -Errno.Invalid;
        }
    }

    private static long Seal(OpenFile file, FileSeals seals)
    {
        Inode inode = file.Inode;
        if (!OpenFlags.CanWrite(file.Flags)) return -Errno.NotPermitted;
        if ((seals & ~FileSeals.All) != 0 || !inode.IsInMemory || inode.Content == null) return -Errno.Invalid;
        if ((inode.Seals & FileSeals.Seal) != 0) return -Errno.NotPermitted;
        if ((seals & ~inode.Seals & FileSeals.Write) != 0 && inode.Content.HasWritableMapping) return -Errno.Busy;
        // A program that can no longer be made executable or not must not change either.
        if ((seals & FileSeals.Execute) != 0 && (inode.Mode & ExecutableBits) != 0) seals |= FileSeals.Shrink | FileSeals.Grow | FileSeals.AnyWrite;
        inode.Seals |= seals;
        return 0;
    }

    private static long Duplicate(FileTable table, OpenFile file, ulong minimum, bool closeOnExec)
    {
        if (minimum >= (ulong)Descriptors.Table.Limit) return -Errno.Invalid;
        file.AddReference();
        int descriptor = table.Install(file, (int)minimum, closeOnExec);
        if (descriptor < 0) file.Release();
        return descriptor;
    }
}
