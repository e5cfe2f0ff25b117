namespace X64Emu.Devices.NineP;

/// <summary>How a file is to be opened.</summary>
/// <param name="CanRead">For reading.</param>
/// <param name="CanWrite">For writing.</param>
/// <param name="Truncate">Emptied first.</param>
/// <param name="Append">Every write goes to the end.</param>
/// <param name="Exclusive">When creating: the file must not exist.</param>
public readonly record struct OpenMode(bool CanRead, bool CanWrite, bool Truncate, bool Append, bool Exclusive);

/// <summary>One name in a directory.</summary>
/// <param name="Name">Its bytes.</param>
/// <param name="Inode">The file's number.</param>
/// <param name="Kind">Linux's DT_ value: 4 directory, 8 file, 10 symbolic link, 0 unknown.</param>
public readonly record struct DirectoryEntry(byte[] Name, ulong Inode, byte Kind);

/// <summary>A change of attributes; null fields stay.</summary>
/// <param name="Permissions">Permission bits.</param>
/// <param name="UserId">The owner.</param>
/// <param name="GroupId">The group.</param>
/// <param name="LengthBytes">The size.</param>
/// <param name="Accessed">Last access.</param>
/// <param name="Modified">Last change of the content.</param>
public readonly record struct AttributeChange(
    uint? Permissions, uint? UserId, uint? GroupId, ulong? LengthBytes, TimeChange? Accessed, TimeChange? Modified);

/// <summary>A time to set.</summary>
/// <param name="IsNow">The host's time now; the other fields then mean nothing.</param>
/// <param name="Seconds">Seconds since 1970.</param>
/// <param name="Nanoseconds">Nanoseconds of the second, below 1,000,000,000.</param>
public readonly record struct TimeChange(bool IsNow, long Seconds, uint Nanoseconds);

/// <summary>What statfs tells.</summary>
public readonly record struct FileSystemStatus(
    uint Type, uint BlockBytes, ulong Blocks, ulong FreeBlocks, ulong AvailableBlocks, ulong Files, ulong FreeFiles, ulong Identifier, uint NameBytes);

/// <summary>An open file. Methods return a Linux error number, 0 for success.</summary>
public interface ISharedFile : IDisposable
{
    /// <summary>Reads at <paramref name="offset"/>; at the end <paramref name="count"/> is 0.</summary>
    int Read(ulong offset, Span<byte> destination, out int count);

    /// <summary>Writes at <paramref name="offset"/>.</summary>
    int Write(ulong offset, ReadOnlySpan<byte> source, out int count);

    /// <summary>Makes what was written durable.</summary>
    int Sync(bool dataOnly);
}

/// <summary>A file, directory or symbolic link of a shared host tree. Methods return a Linux error number, 0 for success.</summary>
/// <remarks>Names are checked by the caller: not empty, no slash, no NUL, not "." and not "..". No method follows a symbolic link.</remarks>
public interface ISharedNode : IDisposable
{
    /// <summary>Finds a name in this directory.</summary>
    int Walk(ReadOnlySpan<byte> name, out ISharedNode? child);

    /// <summary>The node itself once more, with a life of its own.</summary>
    int Duplicate(out ISharedNode? copy);

    /// <summary>lstat.</summary>
    int GetAttributes(out FileAttributes attributes);

    /// <summary>Changes attributes.</summary>
    int SetAttributes(in AttributeChange change);

    /// <summary>The text of a symbolic link.</summary>
    int ReadLink(out byte[] target);

    /// <summary>Opens a regular file; other kinds are refused.</summary>
    int Open(OpenMode mode, out ISharedFile? file);

    /// <summary>The names in this directory, "." and ".." included.</summary>
    int List(out List<DirectoryEntry> entries);

    /// <summary>Creates and opens a regular file in this directory; a symbolic link of that name is not followed.</summary>
    int Create(ReadOnlySpan<byte> name, OpenMode mode, uint permissions, out ISharedNode? child, out ISharedFile? file);

    /// <summary>Makes a directory in this one.</summary>
    int MakeDirectory(ReadOnlySpan<byte> name, uint permissions);

    /// <summary>Makes a symbolic link in this directory.</summary>
    int MakeSymbolicLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target);

    /// <summary>Gives <paramref name="existing"/> another name, in this directory.</summary>
    int Link(ReadOnlySpan<byte> name, ISharedNode existing);

    /// <summary>Moves a name of this directory to another directory of the same tree.</summary>
    int Rename(ReadOnlySpan<byte> name, ISharedNode newDirectory, ReadOnlySpan<byte> newName);

    /// <summary>Removes a name from this directory; <paramref name="isDirectory"/> says that it names an empty directory.</summary>
    int Unlink(ReadOnlySpan<byte> name, bool isDirectory);

    /// <summary>statfs.</summary>
    int StatFileSystem(out FileSystemStatus status);
}
