using System.Text;
using HostAttributes = System.IO.FileAttributes;

namespace X64Emu.Devices.NineP;

/// <summary>What the class library knows of a file, in Linux's terms. It has no inode numbers and, on Windows, no permission bits.</summary>
internal static class ManagedAttributes
{
    /// <summary>The size of a block that stands for the host's own.</summary>
    internal const uint BlockBytes = 4096;

    private const uint DefaultDirectoryMode = FileAttributes.DirectoryKind | 0x1ed;
    private const uint DefaultFileMode = FileAttributes.RegularKind | 0x1a4;
    private const uint DefaultLinkMode = FileAttributes.SymbolicLinkKind | 0x1ff;

    /// <summary>True for a symbolic link and whatever else stands for another place.</summary>
    internal static bool IsLink(FileSystemInfo info) => (info.Attributes & HostAttributes.ReparsePoint) != 0;

    /// <summary>A stable number for a path, standing in for the inode (FNV-1a, 64 bits).</summary>
    internal static ulong InodeOf(string path)
    {
        ulong hash = 0xcbf2_9ce4_8422_2325;
        foreach (char character in path) hash = (hash ^ character) * 0x100_0000_01b3;
        return hash;
    }

    /// <summary>What Linux's stat would say of a file.</summary>
    internal static FileAttributes Of(FileSystemInfo info)
    {
        uint kindAndMode = IsLink(info) ? DefaultLinkMode : info is DirectoryInfo ? DefaultDirectoryMode : DefaultFileMode;
        if (!OperatingSystem.IsWindows() && !IsLink(info)) kindAndMode = (kindAndMode & FileAttributes.KindMask) | (uint)info.UnixFileMode;
        ulong lengthBytes = IsLink(info) ? (ulong)Encoding.UTF8.GetByteCount(info.LinkTarget ?? "") : info is FileInfo file ? (ulong)file.Length : BlockBytes;
        DateTimeOffset accessed = new(info.LastAccessTimeUtc, TimeSpan.Zero);
        DateTimeOffset modified = new(info.LastWriteTimeUtc, TimeSpan.Zero);
        return new FileAttributes
        {
            Inode = InodeOf(info.FullName),
            Mode = kindAndMode,
            LinkCount = 1,
            LengthBytes = lengthBytes,
            BlockBytes = BlockBytes,
            Blocks = (lengthBytes + 511) / 512,
            AccessedSeconds = accessed.ToUnixTimeSeconds(),
            AccessedNanoseconds = (uint)(accessed.Ticks % TimeSpan.TicksPerSecond * 100),
            ModifiedSeconds = modified.ToUnixTimeSeconds(),
            ModifiedNanoseconds = (uint)(modified.Ticks % TimeSpan.TicksPerSecond * 100),
            ChangedSeconds = modified.ToUnixTimeSeconds(),
            ChangedNanoseconds = (uint)(modified.Ticks % TimeSpan.TicksPerSecond * 100),
        };
    }
}
