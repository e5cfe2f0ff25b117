using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace X64Emu.Devices.NineP;

/// <summary>A file of a Linux host, held by an O_PATH descriptor: whatever happens to names meanwhile, it stays this very file.</summary>
/// <remarks>Steps go through openat with O_NOFOLLOW, one name at a time, so no symbolic link is ever followed and nothing can be swapped
/// between a check and its use. An O_PATH descriptor is reopened by its name in /proc/self/fd, which is no path lookup either.</remarks>
internal sealed unsafe class LinuxNode : ISharedNode
{
    // More than struct statfs has on any architecture.
    private const int FileSystemStatBytes = 256;
    private const int DuplicateCloseOnExec = 1030;
    private const int LinkBufferBytes = 4096;
    private const int ListBufferBytes = 32 << 10;
    private const int EntryNameOffset = 19;

    private readonly int descriptor;
    private bool isDisposed;

    private LinuxNode(int descriptor) => this.descriptor = descriptor;

    /// <summary>The bytes of this descriptor's name in /proc, with a NUL.</summary>
    private byte[] ProcName => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}\0"));

    /// <summary>Opens the directory to share. The path is the user's own and may go through links.</summary>
    internal static int OpenRoot(string path, out ISharedNode? root)
    {
        fixed (byte* name = Terminated(Encoding.UTF8.GetBytes(path)))
        {
            int flags = LinuxCalls.OpenPath | LinuxCalls.OpenDirectory | LinuxCalls.OpenCloseOnExec;
            return Wrap(LinuxCalls.OpenAt(LinuxCalls.CurrentDirectory, name, flags, 0), out root);
        }
    }

    /// <inheritdoc/>
    public int Walk(ReadOnlySpan<byte> name, out ISharedNode? child)
    {
        fixed (byte* path = Terminated(name))
        {
            int flags = LinuxCalls.OpenPath | LinuxCalls.OpenNoFollow | LinuxCalls.OpenCloseOnExec;
            return Wrap(LinuxCalls.OpenAt(descriptor, path, flags, 0), out child);
        }
    }

    /// <inheritdoc/>
    public int Duplicate(out ISharedNode? copy) => Wrap(LinuxCalls.Control(descriptor, DuplicateCloseOnExec, 0), out copy);

    /// <inheritdoc/>
    public int GetAttributes(out FileAttributes attributes)
    {
        attributes = default;
        byte* buffer = stackalloc byte[LinuxStat.LengthBytes];
        byte empty = 0;
        int flags = LinuxCalls.AtEmptyPath | LinuxCalls.AtSymbolicLinkNoFollow;
        if (LinuxCalls.StatExtended(descriptor, &empty, flags, LinuxCalls.StatBasic, buffer) != 0) return LastError();
        attributes = LinuxStat.Decode(new ReadOnlySpan<byte>(buffer, LinuxStat.LengthBytes));
        return LinuxError.None;
    }

    /// <inheritdoc/>
    public int SetAttributes(in AttributeChange change)
    {
        int error = GetAttributes(out FileAttributes attributes);
        if (error != LinuxError.None) return error;
        if (change.UserId is not null || change.GroupId is not null)
        {
            byte empty = 0;
            uint user = change.UserId ?? uint.MaxValue;
            uint group = change.GroupId ?? uint.MaxValue;
            if (LinuxCalls.ChangeOwnerAt(descriptor, &empty, user, group, LinuxCalls.AtEmptyPath) != 0) return LastError();
        }
        if (change.Permissions is null && change.LengthBytes is null && change.Accessed is null && change.Modified is null) return LinuxError.None;
        if (attributes.IsSymbolicLink && change.Permissions is null && change.LengthBytes is null)
        {
            byte empty = 0;
            return SetTimes(descriptor, &empty, LinuxCalls.AtEmptyPath, change);
        }
        // The rest would reach devices and pipes by their drivers, and links have none of it.
        if (!attributes.IsRegular && !attributes.IsDirectory) return LinuxError.NotSupported;
        fixed (byte* path = ProcName)
        {
            if (change.Permissions is uint permissions && LinuxCalls.ChangeMode(path, permissions) != 0) return LastError();
            if (change.LengthBytes is ulong length && LinuxCalls.Truncate(path, (long)length) != 0) return LastError();
            return change.Accessed is null && change.Modified is null ? LinuxError.None : SetTimes(LinuxCalls.CurrentDirectory, path, 0, change);
        }
    }

    /// <inheritdoc/>
    public int ReadLink(out byte[] target)
    {
        target = [];
        byte* buffer = stackalloc byte[LinkBufferBytes];
        byte empty = 0;
        nint count = LinuxCalls.ReadLinkAt(descriptor, &empty, buffer, LinkBufferBytes);
        if (count < 0)
        {
            // For anything but a link the kernel says ENOENT on an empty path, where readlink says EINVAL.
            int error = LastError();
            return error == LinuxError.NoEntry ? LinuxError.Invalid : error;
        }
        target = new ReadOnlySpan<byte>(buffer, (int)count).ToArray();
        return LinuxError.None;
    }

    /// <inheritdoc/>
    public int Open(OpenMode mode, out ISharedFile? file)
    {
        file = null;
        int error = GetAttributes(out FileAttributes attributes);
        if (error != LinuxError.None) return error;
        // Opening a device or pipe of the host would act on the host.
        if (!attributes.IsRegular) return LinuxError.NoDeviceOrAddress;
        fixed (byte* path = ProcName)
        {
            return LinuxFile.Wrap(LinuxCalls.OpenAt(LinuxCalls.CurrentDirectory, path, Flags(mode), 0), out file);
        }
    }

    /// <inheritdoc/>
    public int List(out List<DirectoryEntry> entries)
    {
        entries = [];
        int directory;
        fixed (byte* path = ProcName)
        {
            directory = LinuxCalls.OpenAt(LinuxCalls.CurrentDirectory, path, LinuxCalls.OpenDirectory | LinuxCalls.OpenCloseOnExec, 0);
        }
        if (directory < 0) return LastError();
        byte[] buffer = new byte[ListBufferBytes];
        nint count;
        fixed (byte* pointer = buffer)
        {
            while ((count = LinuxCalls.GetDirectoryEntries(directory, pointer, ListBufferBytes)) > 0) Collect(buffer.AsSpan(0, (int)count), entries);
        }
        int error = count < 0 ? LastError() : LinuxError.None;
        _ = LinuxCalls.Close(directory);
        return error;
    }

    /// <inheritdoc/>
    public int Create(ReadOnlySpan<byte> name, OpenMode mode, uint permissions, out ISharedNode? child, out ISharedFile? file)
    {
        child = null;
        file = null;
        // An existing name must be a regular file before it is opened, so that a pipe or device there is left alone.
        int error = Walk(name, out child);
        if (error == LinuxError.None)
        {
            if (!mode.Exclusive) error = child!.Open(mode, out file);
            else error = LinuxError.Exists;
        }
        else if (error == LinuxError.NoEntry)
        {
            error = CreateNew(name, mode, permissions, out child, out file);
        }
        if (error == LinuxError.None) return error;
        child?.Dispose();
        child = null;
        return error;
    }

    /// <inheritdoc/>
    public int MakeDirectory(ReadOnlySpan<byte> name, uint permissions)
    {
        fixed (byte* path = Terminated(name)) return Result(LinuxCalls.MakeDirectoryAt(descriptor, path, permissions));
    }

    /// <inheritdoc/>
    public int MakeSymbolicLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        fixed (byte* path = Terminated(name), text = Terminated(target)) return Result(LinuxCalls.SymbolicLinkAt(text, descriptor, path));
    }

    /// <inheritdoc/>
    public int Link(ReadOnlySpan<byte> name, ISharedNode existing)
    {
        if (existing is not LinuxNode other) return LinuxError.CrossDevice;
        // AT_SYMLINK_FOLLOW resolves the /proc name to the held file, and a held link is linked itself.
        const int followProcName = 0x400;
        fixed (byte* path = Terminated(name), source = other.ProcName)
            return Result(LinuxCalls.LinkAt(LinuxCalls.CurrentDirectory, source, descriptor, path, followProcName));
    }

    /// <inheritdoc/>
    public int Rename(ReadOnlySpan<byte> name, ISharedNode newDirectory, ReadOnlySpan<byte> newName)
    {
        if (newDirectory is not LinuxNode other) return LinuxError.CrossDevice;
        fixed (byte* path = Terminated(name), newPath = Terminated(newName))
            return Result(LinuxCalls.RenameAt(descriptor, path, other.descriptor, newPath));
    }

    /// <inheritdoc/>
    public int Unlink(ReadOnlySpan<byte> name, bool isDirectory)
    {
        fixed (byte* path = Terminated(name)) return Result(LinuxCalls.UnlinkAt(descriptor, path, isDirectory ? LinuxCalls.AtRemoveDirectory : 0));
    }

    /// <inheritdoc/>
    public int StatFileSystem(out FileSystemStatus status)
    {
        status = default;
        byte* buffer = stackalloc byte[FileSystemStatBytes];
        if (LinuxCalls.StatFileSystem(descriptor, buffer) != 0) return LastError();
        ulong* words = (ulong*)buffer;
        status = new FileSystemStatus((uint)words[0], (uint)words[1], words[2], words[3], words[4], words[5], words[6], words[7], (uint)words[8]);
        return LinuxError.None;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        _ = LinuxCalls.Close(descriptor);
    }

    internal static int LastError() => Marshal.GetLastPInvokeError();

    private static int Result(int returned) => returned == 0 ? LinuxError.None : LastError();

    private static byte[] Terminated(ReadOnlySpan<byte> name) => [.. name, 0];

    private static int Wrap(int opened, out ISharedNode? node)
    {
        node = opened < 0 ? null : new LinuxNode(opened);
        return opened < 0 ? LastError() : LinuxError.None;
    }

    private static int Flags(OpenMode mode)
    {
        int access = !mode.CanWrite ? LinuxCalls.OpenReadOnly : mode.CanRead ? LinuxCalls.OpenReadWrite : LinuxCalls.OpenWriteOnly;
        return access | LinuxCalls.OpenCloseOnExec | LinuxCalls.OpenNonBlocking
            | (mode.Truncate ? LinuxCalls.OpenTruncate : 0) | (mode.Append ? LinuxCalls.OpenAppend : 0);
    }

    private static int SetTimes(int directory, byte* path, int flags, in AttributeChange change)
    {
        long* times = stackalloc long[4];
        EncodeTime(change.Accessed, times);
        EncodeTime(change.Modified, times + 2);
        return Result(LinuxCalls.SetTimesAt(directory, path, times, flags));
    }

    private static void EncodeTime(TimeChange? change, long* time)
    {
        time[0] = change?.Seconds ?? 0;
        time[1] = change is not { } given ? LinuxCalls.TimeOmit : given.IsNow ? LinuxCalls.TimeNow : given.Nanoseconds;
    }

    private static void Collect(ReadOnlySpan<byte> records, List<DirectoryEntry> entries)
    {
        while (records.Length > EntryNameOffset)
        {
            int lengthBytes = BinaryPrimitives.ReadUInt16LittleEndian(records[16..]);
            ReadOnlySpan<byte> name = records[EntryNameOffset..lengthBytes];
            int end = name.IndexOf((byte)0);
            entries.Add(new DirectoryEntry(name[..(end < 0 ? name.Length : end)].ToArray(), BinaryPrimitives.ReadUInt64LittleEndian(records), records[18]));
            records = records[lengthBytes..];
        }
    }

    private int CreateNew(ReadOnlySpan<byte> name, OpenMode mode, uint permissions, out ISharedNode? child, out ISharedFile? file)
    {
        child = null;
        int error;
        fixed (byte* path = Terminated(name))
        {
            int flags = Flags(mode) | LinuxCalls.OpenCreate | LinuxCalls.OpenExclusive | LinuxCalls.OpenNoFollow;
            error = LinuxFile.Wrap(LinuxCalls.OpenAt(descriptor, path, flags, permissions), out file);
        }
        if (error != LinuxError.None) return error;
        error = Walk(name, out child);
        if (error == LinuxError.None) return error;
        file!.Dispose();
        file = null;
        return error;
    }
}
