using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>mq_open(2), mq_unlink(2), mq_getsetattr(2), mq_notify(2).</summary>
internal static unsafe class SysMessageQueue
{
    private const uint ModeMask = 0xfff;
    private const uint BothAccesses = OpenFlags.WriteOnly | OpenFlags.ReadWrite;

    /// <summary>struct mq_attr.</summary>
    private struct Attributes
    {
        public long Flags;
        public ulong Messages;
        public ulong MessageBytes;
        public ulong Count;
        public fixed ulong Rest[4];
    }

    public static long Open(TrapFrame* frame)
    {
        uint flags = (uint)frame->Argument1, mode = (uint)frame->Argument2 & ModeMask & ~Scheduler.Current.Process.FileContext.Umask;
        PosixQueueLimits limits = PosixQueueLimits.Default;
        bool isGiven = frame->Argument3 != 0;
        if (isGiven)
        {
            if (!UserMemory.Read(frame->Argument3, out Attributes attributes)) return -Errno.Fault;
            limits = new PosixQueueLimits { Messages = attributes.Messages, MessageBytes = attributes.MessageBytes };
        }
        int error = ReadName(frame->Argument0, out PathBuffer name);
        if (error != 0) return error;
        error = Descriptors.Table.HasRoom ? FindOrCreate(name.Span, flags, mode, limits, isGiven, out Dentry entry) : Refuse(out entry);
        name.Release();
        if (error != 0) return error;
        uint kept = flags & (OpenFlags.AccessMask | OpenFlags.NonBlocking);
        error = FileOpener.Open(entry, kept, out OpenFile file);
        entry.Release();
        return error != 0 ? error : Descriptors.Install(file, closeOnExec: true);
    }

    public static long Unlink(TrapFrame* frame)
    {
        int error = ReadName(frame->Argument0, out PathBuffer name);
        if (error != 0) return error;
        error = PathWalk.FindParent(MessageFileSystem.Only.Root, name.Span, out PathEnd end);
        if (error == 0)
        {
            error = DirectoryChange.Remove(ref end, isDirectory: false);
            end.Parent.Release();
        }
        name.Release();
        return error;
    }

    public static long Attribute(TrapFrame* frame)
    {
        Attributes wanted = default;
        if (frame->Argument1 != 0)
        {
            if (!UserMemory.Read(frame->Argument1, out wanted)) return -Errno.Fault;
            if ((wanted.Flags & ~(long)OpenFlags.NonBlocking) != 0) return -Errno.Invalid;
        }
        PosixQueueFile file = Find(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        Attributes old = new Attributes
        {
            Flags = file.Flags & OpenFlags.NonBlocking,
            Messages = file.Queue.Limits.Messages,
            MessageBytes = file.Queue.Limits.MessageBytes,
            Count = file.Queue.Count,
        };
        if (frame->Argument1 != 0) file.Flags = file.Flags & ~OpenFlags.NonBlocking | (uint)wanted.Flags;
        return frame->Argument2 == 0 || UserMemory.Write(frame->Argument2, old) ? 0 : -Errno.Fault;
    }

    /// <summary>SIGEV_THREAD needs a netlink socket, which no program can have here.</summary>
    public static long Notify(TrapFrame* frame)
    {
        SignalEvent wanted = default;
        if (frame->Argument1 != 0)
        {
            if (!UserMemory.Read(frame->Argument1, out wanted)) return -Errno.Fault;
            if (wanted.Notify is not (SignalEvent.BySignal or SignalEvent.NotAtAll or SignalEvent.ByThread)) return -Errno.Invalid;
            if (wanted.Notify == SignalEvent.BySignal && !wanted.HasSignal) return -Errno.Invalid;
            if (wanted.Notify == SignalEvent.ByThread) return -Errno.BadFile;
        }
        PosixQueueFile file = Find(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        if (frame->Argument1 != 0)
            return file.Queue.AskForNotice(new SignalInfo { Signal = wanted.Notify == SignalEvent.BySignal ? wanted.Signal : 0, Value = wanted.Value });
        file.Queue.ForgetNotice(Scheduler.Current.Process);
        return 0;
    }

    /// <summary>The open queue of a descriptor, or null.</summary>
    public static PosixQueueFile Find(ulong descriptor) => Descriptors.Table.Get((int)descriptor) as PosixQueueFile;

    private static int Refuse(out Dentry entry)
    {
        entry = null;
        return -Errno.TooManyFiles;
    }

    /// <summary>A queue's name: one component of a path, the slash before it is the library's business.</summary>
    private static int ReadName(ulong address, out PathBuffer name)
    {
        name = default;
        int error = name.Allocate();
        if (error != 0) return error;
        long length = UserMemory.CopyString(name.Text, address, PathBuffer.Capacity);
        if (length > 0)
        {
            name.Length = (int)length;
            ReadOnlySpan<byte> text = name.Span;
            bool isOnlyDots = length <= 2 && text[0] == '.' && text[text.Length - 1] == '.';
            if (isOnlyDots) length = -Errno.Access;
            for (int i = 0; i < text.Length; i++)
                if (text[i] == '/') length = -Errno.Access;
            if (text.Length > PathWalk.MaximumNameBytes) length = -Errno.NameTooLong;
        }
        if (length > 0) return 0;
        name.Release();
        return length == 0 ? -Errno.NoEntry : (int)length;
    }

    private static int FindOrCreate(ReadOnlySpan<byte> name, uint flags, uint mode, PosixQueueLimits limits, bool isGiven, out Dentry entry)
    {
        Dentry root = MessageFileSystem.Only.Root;
        int error = PathWalk.FindChild(root, name, out entry);
        if (error == 0)
        {
            bool reads = OpenFlags.CanRead(flags), writes = OpenFlags.CanWrite(flags);
            if ((flags & (OpenFlags.Create | OpenFlags.Exclusive)) == (OpenFlags.Create | OpenFlags.Exclusive)) error = -Errno.Exists;
            else if ((flags & OpenFlags.AccessMask) == BothAccesses) error = -Errno.Invalid;
            else error = entry.Inode.CheckAccess((reads ? Permission.Read : 0) | (writes ? Permission.Write : 0));
            if (error != 0) entry.Release();
            return error;
        }
        if (error != -Errno.NoEntry || (flags & OpenFlags.Create) == 0) return error;
        error = Permission.CheckChange(root.Inode);
        if (error == 0 && isGiven) error = limits.Check();
        if (error != 0) return error;
        error = PosixQueue.Create(root.Inode, mode, limits, out Inode queue);
        if (error != 0) return error;
        entry = new Dentry(root, name, queue);
        DentryCache.Add(entry);
        return 0;
    }
}
