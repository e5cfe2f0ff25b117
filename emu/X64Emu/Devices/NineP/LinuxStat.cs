using System.Buffers.Binary;

namespace X64Emu.Devices.NineP;

/// <summary>struct statx (include/uapi/linux/stat.h), the same on every architecture.</summary>
internal static class LinuxStat
{
    /// <summary>The size of the structure.</summary>
    internal const int LengthBytes = 256;

    /// <summary>What a file is, by its statx.</summary>
    /// <param name="stat">At least <see cref="LengthBytes"/> bytes.</param>
    internal static FileAttributes Decode(ReadOnlySpan<byte> stat)
    {
        ulong special = Device(stat[128..]);
        return new FileAttributes
        {
            BlockBytes = BinaryPrimitives.ReadUInt32LittleEndian(stat[4..]),
            LinkCount = BinaryPrimitives.ReadUInt32LittleEndian(stat[16..]),
            UserId = BinaryPrimitives.ReadUInt32LittleEndian(stat[20..]),
            GroupId = BinaryPrimitives.ReadUInt32LittleEndian(stat[24..]),
            Mode = BinaryPrimitives.ReadUInt16LittleEndian(stat[28..]),
            Inode = BinaryPrimitives.ReadUInt64LittleEndian(stat[32..]),
            LengthBytes = BinaryPrimitives.ReadUInt64LittleEndian(stat[40..]),
            Blocks = BinaryPrimitives.ReadUInt64LittleEndian(stat[48..]),
            AccessedSeconds = BinaryPrimitives.ReadInt64LittleEndian(stat[64..]),
            AccessedNanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(stat[72..]),
            ChangedSeconds = BinaryPrimitives.ReadInt64LittleEndian(stat[96..]),
            ChangedNanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(stat[104..]),
            ModifiedSeconds = BinaryPrimitives.ReadInt64LittleEndian(stat[112..]),
            ModifiedNanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(stat[120..]),
            SpecialDevice = special,
            Device = Device(stat[136..]),
        };
    }

    /// <summary>Packs a major and a minor number as Linux's stat does.</summary>
    private static ulong Device(ReadOnlySpan<byte> numbers)
    {
        ulong major = BinaryPrimitives.ReadUInt32LittleEndian(numbers);
        ulong minor = BinaryPrimitives.ReadUInt32LittleEndian(numbers[4..]);
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffUL) << 12 | (major & ~0xfffUL) << 32;
    }
}
