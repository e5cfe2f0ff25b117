using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>mount(2): new file systems, other flags and options of mounted ones. A file system is in one place: no binds, no moves.</summary>
internal static unsafe class SysMount
{
    private const ulong Remount = 32;
    private const ulong Bind = 4096;
    private const ulong Move = 8192;
    private const ulong Recursive = 16384;
    private const ulong Silent = 32768;
    private const ulong Unbindable = 1 << 17, PrivateEvents = 1 << 18, SlaveEvents = 1 << 19, SharedEvents = 1 << 20;
    private const ulong AnyEvents = Unbindable | PrivateEvents | SlaveEvents | SharedEvents;

    // Programs of old put this above the flags.
    private const ulong Magic = 0xc0ed0000, MagicMask = 0xffff0000;

    public static long Call(TrapFrame* frame)
    {
        ulong flags = frame->Argument3;
        if ((flags & MagicMask) == Magic) flags &= ~MagicMask;
        PathBuffer source = default, type = default, options = default;
        long result = source.CopyFromUserOr(frame->Argument0, "none"u8);
        if (result == 0) result = type.CopyFromUserOr(frame->Argument2, default);
        if (result == 0) result = options.CopyFromUserOr(frame->Argument4, default);
        if (result == 0) result = At(frame->Argument1, flags, source.Span, type.Span, options.Span);
        source.Release();
        type.Release();
        options.Release();
        return result;
    }

    private static int At(ulong target, ulong flags, ReadOnlySpan<byte> source, ReadOnlySpan<byte> type, ReadOnlySpan<byte> options)
    {
        int error = PathArgument.Find(PathArgument.Here, target, followLast: true, 0, out Dentry point);
        if (error != 0) return error;
        bool isMounted = point.Parent == null && point.Inode.FileSystem?.Mount != null;
        if (!Credentials.CurrentHas(Capability.Administer)) error = -Errno.NotPermitted;
        else if ((flags & Remount) != 0) error = isMounted && (flags & Bind) == 0 ? Change(point.Inode.FileSystem, (MountFlags)flags & MountFlags.All, options) : -Errno.Invalid;
        // There is nobody whom mounts could be told to, and each is private.
        else if ((flags & AnyEvents) != 0) error = isMounted && (flags & ~(Recursive | Silent)) == PrivateEvents ? 0 : -Errno.Invalid;
        else if ((flags & (Bind | Move)) != 0 || type.Length == 0) error = -Errno.Invalid;
        else if (!point.IsDirectory) error = -Errno.NotDirectory;
        else
        {
            error = FileSystemTypes.Create(type, options, out FileSystem fileSystem);
            if (error == 0)
            {
                fileSystem.Flags = (MountFlags)flags & MountFlags.All;
                Mounts.Attach(fileSystem, point, source);
                return 0;
            }
        }
        point.Release();
        return error;
    }

    private static int Change(FileSystem fileSystem, MountFlags flags, ReadOnlySpan<byte> options)
    {
        bool isReadOnly = (flags & MountFlags.ReadOnly) != 0;
        if (!isReadOnly && !fileSystem.MayBeWritten) return -Errno.ReadOnly;
        if (isReadOnly && !fileSystem.IsReadOnly && fileSystem.WriterCount != 0) return -Errno.Busy;
        int error = fileSystem.Configure(options);
        if (error == 0) fileSystem.Flags = flags;
        return error;
    }
}
