using System.Text;
using HostAttributes = System.IO.FileAttributes;

namespace X64Emu.Devices.NineP;

/// <summary>A file of a host without Linux's descriptor calls, held by its path.</summary>
/// <remarks>Before each use every component below the root is checked not to be a link or other reparse point. A host program that swaps
/// a directory for a link between that check and the use could still mislead it, which is why <see cref="LinuxNode"/> is preferred.</remarks>
internal sealed class ManagedNode : ISharedNode
{
    private readonly string root;
    private readonly string path;

    private ManagedNode(string root, string path)
    {
        this.root = root;
        this.path = path;
    }

    /// <summary>Opens the directory to share.</summary>
    internal static int OpenRoot(string path, out ISharedNode? root)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        root = Directory.Exists(full) ? new ManagedNode(full, full) : null;
        return root is null ? LinuxError.NoEntry : LinuxError.None;
    }

    /// <inheritdoc/>
    public int Walk(ReadOnlySpan<byte> name, out ISharedNode? child)
    {
        child = null;
        int error = Child(name, out string childPath);
        if (error != LinuxError.None) return error;
        ManagedNode node = new(root, childPath);
        error = node.GetAttributes(out _);
        if (error == LinuxError.None) child = node;
        return error;
    }

    /// <inheritdoc/>
    public int Duplicate(out ISharedNode? copy)
    {
        copy = new ManagedNode(root, path);
        return LinuxError.None;
    }

    /// <inheritdoc/>
    public int GetAttributes(out FileAttributes attributes)
    {
        FileAttributes result = default;
        int error = Guarded(() =>
        {
            FileSystemInfo? info = Find();
            if (info is null) return LinuxError.NoEntry;
            result = ManagedAttributes.Of(info);
            return LinuxError.None;
        });
        attributes = result;
        return error;
    }

    /// <inheritdoc/>
    public int SetAttributes(in AttributeChange change)
    {
        AttributeChange wanted = change;
        return Guarded(() =>
        {
            if (wanted.UserId is not null || wanted.GroupId is not null) return LinuxError.NotPermitted;
            FileSystemInfo? info = Find();
            if (info is null) return LinuxError.NoEntry;
            if (ManagedAttributes.IsLink(info)) return LinuxError.NotSupported;
            if (wanted.Permissions is uint permissions)
            {
                bool isWritable = (permissions & 0x80) != 0;
                if (!OperatingSystem.IsWindows()) info.UnixFileMode = (UnixFileMode)permissions;
                else if (isWritable) info.Attributes &= ~HostAttributes.ReadOnly;
                else info.Attributes |= HostAttributes.ReadOnly;
            }
            if (wanted.LengthBytes is ulong length)
            {
                if (info is DirectoryInfo) return LinuxError.IsDirectory;
                using FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                stream.SetLength((long)length);
            }
            if (wanted.Accessed is { } accessed) info.LastAccessTimeUtc = ToDateTime(accessed);
            if (wanted.Modified is { } modified) info.LastWriteTimeUtc = ToDateTime(modified);
            return LinuxError.None;
        });
    }

    /// <inheritdoc/>
    public int ReadLink(out byte[] target)
    {
        byte[] text = [];
        int error = Guarded(() =>
        {
            if (Find()?.LinkTarget is not { } link) return LinuxError.Invalid;
            text = Encoding.UTF8.GetBytes(OperatingSystem.IsWindows() ? link.Replace('\\', '/') : link);
            return LinuxError.None;
        });
        target = text;
        return error;
    }

    /// <inheritdoc/>
    public int Open(OpenMode mode, out ISharedFile? file)
    {
        ISharedFile? opened = null;
        int error = Guarded(() =>
        {
            if (Find() is not FileInfo info) return LinuxError.NoEntry;
            if (ManagedAttributes.IsLink(info) || (info.Attributes & HostAttributes.Device) != 0) return LinuxError.NoDeviceOrAddress;
            opened = new ManagedFile(path, mode.Truncate ? FileMode.Truncate : FileMode.Open, mode);
            return LinuxError.None;
        });
        file = opened;
        return error;
    }

    /// <inheritdoc/>
    public int List(out List<DirectoryEntry> entries)
    {
        const byte directoryKind = 4, fileKind = 8, symbolicLinkKind = 10;
        List<DirectoryEntry> found = [];
        int error = Guarded(() =>
        {
            if (Find() is not DirectoryInfo directory || ManagedAttributes.IsLink(directory)) return LinuxError.NotDirectory;
            found.Add(new DirectoryEntry("."u8.ToArray(), ManagedAttributes.InodeOf(path), directoryKind));
            found.Add(new DirectoryEntry(".."u8.ToArray(), ManagedAttributes.InodeOf(Path.GetDirectoryName(path) ?? path), directoryKind));
            foreach (FileSystemInfo info in directory.EnumerateFileSystemInfos())
            {
                byte kind = ManagedAttributes.IsLink(info) ? symbolicLinkKind : info is DirectoryInfo ? directoryKind : fileKind;
                found.Add(new DirectoryEntry(Encoding.UTF8.GetBytes(info.Name), ManagedAttributes.InodeOf(info.FullName), kind));
            }
            return LinuxError.None;
        });
        entries = found;
        return error;
    }

    /// <inheritdoc/>
    public int Create(ReadOnlySpan<byte> name, OpenMode mode, uint permissions, out ISharedNode? child, out ISharedFile? file)
    {
        child = null;
        file = null;
        int error = Walk(name, out child);
        if (error == LinuxError.None)
        {
            error = mode.Exclusive ? LinuxError.Exists : child!.Open(mode, out file);
            if (error != LinuxError.None) child = null;
            return error;
        }
        if (error != LinuxError.NoEntry) return error;
        error = Child(name, out string childPath);
        if (error != LinuxError.None) return error;
        ISharedFile? opened = null;
        error = Guarded(() =>
        {
            opened = new ManagedFile(childPath, FileMode.CreateNew, mode);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(childPath, (UnixFileMode)permissions);
            return LinuxError.None;
        });
        file = opened;
        if (error == LinuxError.None) child = new ManagedNode(root, childPath);
        return error;
    }

    /// <inheritdoc/>
    public int MakeDirectory(ReadOnlySpan<byte> name, uint permissions) => WithChild(name, mustBeNew: true, childPath =>
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(childPath);
        else Directory.CreateDirectory(childPath, (UnixFileMode)permissions);
    });

    /// <inheritdoc/>
    public int MakeSymbolicLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        string text = Encoding.UTF8.GetString(target);
        return WithChild(name, mustBeNew: true, childPath => File.CreateSymbolicLink(childPath, text));
    }

    /// <summary>The class library has no hard links.</summary>
    public int Link(ReadOnlySpan<byte> name, ISharedNode existing) => LinuxError.NotSupported;

    /// <inheritdoc/>
    public int Rename(ReadOnlySpan<byte> name, ISharedNode newDirectory, ReadOnlySpan<byte> newName)
    {
        if (newDirectory is not ManagedNode other) return LinuxError.CrossDevice;
        int error = other.Child(newName, out string newPath);
        if (error != LinuxError.None) return error;
        return WithChild(name, mustBeNew: false, childPath =>
        {
            if (Directory.Exists(childPath)) Directory.Move(childPath, newPath);
            else File.Move(childPath, newPath, overwrite: true);
        });
    }

    /// <inheritdoc/>
    public int Unlink(ReadOnlySpan<byte> name, bool isDirectory)
    {
        int error = Walk(name, out ISharedNode? child);
        if (error != LinuxError.None) return error;
        error = child!.GetAttributes(out FileAttributes attributes);
        if (error != LinuxError.None) return error;
        if (isDirectory != attributes.IsDirectory) return isDirectory ? LinuxError.NotDirectory : LinuxError.IsDirectory;
        return WithChild(name, mustBeNew: false, childPath =>
        {
            if (isDirectory) Directory.Delete(childPath);
            else File.Delete(childPath);
        });
    }

    /// <inheritdoc/>
    public int StatFileSystem(out FileSystemStatus status)
    {
        const uint nineP = 0x0102_1997;
        FileSystemStatus result = default;
        int error = Guarded(() =>
        {
            DriveInfo drive = new(Path.GetPathRoot(path) ?? path);
            ulong free = (ulong)drive.TotalFreeSpace / ManagedAttributes.BlockBytes;
            ulong available = (ulong)drive.AvailableFreeSpace / ManagedAttributes.BlockBytes;
            result = new FileSystemStatus(nineP, ManagedAttributes.BlockBytes, (ulong)drive.TotalSize / ManagedAttributes.BlockBytes, free, available, 0, 0, 0, 255);
            return LinuxError.None;
        });
        status = result;
        return error;
    }

    /// <summary>A path holds nothing open.</summary>
    public void Dispose()
    {
    }

    /// <summary>Runs file operations and turns their exceptions into error numbers.</summary>
    internal static int Guarded(Func<int> operation)
    {
        try
        {
            return operation();
        }
        catch (Exception failure) when (HostError.IsRefusal(failure))
        {
            return HostError.Of(failure);
        }
    }

    private static DateTime ToDateTime(TimeChange change)
    {
        const long lastSecondOfYear9999 = 253_402_300_799;
        if (change.IsNow) return DateTime.UtcNow;
        return DateTime.UnixEpoch.AddSeconds(Math.Clamp(change.Seconds, 0, lastSecondOfYear9999)).AddTicks(change.Nanoseconds / 100);
    }

    private int WithChild(ReadOnlySpan<byte> name, bool mustBeNew, Action<string> operation)
    {
        int error = Child(name, out string childPath);
        if (error != LinuxError.None) return error;
        if (mustBeNew && new ManagedNode(root, childPath).GetAttributes(out _) == LinuxError.None) return LinuxError.Exists;
        return Guarded(() =>
        {
            operation(childPath);
            return LinuxError.None;
        });
    }

    /// <summary>The path of a name in this directory; refused when the name means more than one step to this host.</summary>
    private int Child(ReadOnlySpan<byte> name, out string childPath)
    {
        string text = Encoding.UTF8.GetString(name);
        childPath = Path.Combine(path, text);
        // Windows reads backslashes, colons and trailing dots as more than a name.
        bool isPlain = text.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) < 0 && Path.GetFileName(childPath) == text;
        if (!isPlain || Path.GetFullPath(childPath) != childPath) return LinuxError.NoEntry;
        int error = GetAttributes(out FileAttributes attributes);
        return error != LinuxError.None ? error : attributes.IsDirectory ? LinuxError.None : LinuxError.NotDirectory;
    }

    /// <summary>The file, provided that no directory between the root and it is a link.</summary>
    private FileSystemInfo? Find()
    {
        for (string? parent = Path.GetDirectoryName(path); parent is not null && parent.Length > root.Length; parent = Path.GetDirectoryName(parent))
        {
            if (ManagedAttributes.IsLink(new DirectoryInfo(parent))) return null;
        }
        FileSystemInfo info = new DirectoryInfo(path);
        if ((int)info.Attributes == -1) return null;
        return (info.Attributes & HostAttributes.Directory) != 0 ? info : new FileInfo(path);
    }
}
