namespace X64Emu.Devices.NineP;

/// <summary>The type bits of a <see cref="Qid"/>.</summary>
[Flags]
internal enum QidType : byte
{
    File = 0,
    SymbolicLink = 0x02,
    Directory = 0x80,
}

/// <summary>What identifies a file on a 9P server.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Version">Changes when its content does.</param>
/// <param name="Path">Unique among the files of the server.</param>
internal readonly record struct Qid(QidType Type, uint Version, ulong Path);

/// <summary>Makes qids from device and inode numbers: the inode itself on the root's device, marked by a small number on others.</summary>
internal sealed class QidMapper
{
    private readonly Dictionary<ulong, ulong> deviceNumbers = [];

    internal Qid Map(in FileAttributes attributes)
    {
        uint version = (uint)attributes.ModifiedSeconds ^ attributes.ModifiedNanoseconds ^ (uint)(attributes.LengthBytes << 8);
        return new Qid(TypeOf(attributes.Mode), version, Path(attributes.Device, attributes.Inode));
    }

    internal ulong Path(ulong device, ulong inode)
    {
        if (!deviceNumbers.TryGetValue(device, out ulong number)) deviceNumbers[device] = number = (ulong)deviceNumbers.Count;
        return inode ^ number << 48;
    }

    private static QidType TypeOf(uint mode) => (mode & FileAttributes.KindMask) switch
    {
        FileAttributes.DirectoryKind => QidType.Directory,
        FileAttributes.SymbolicLinkKind => QidType.SymbolicLink,
        _ => QidType.File,
    };
}
