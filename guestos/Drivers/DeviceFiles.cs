using System;
using GuestOs.Fs;

namespace GuestOs.Drivers;

/// <summary>What is in /dev.</summary>
internal static class DeviceFiles
{
    private const uint DirectoryMode = 0x1ed;

    /// <summary>Makes /dev's file system; without a terminal (stdio=split) /dev/console cannot be opened.</summary>
    public static RamFileSystem Create(Terminal terminal)
    {
        DeviceInode.Terminal = terminal;
        RamFileSystem devices = new RamFileSystem("devtmpfs", DirectoryMode) { IsKept = true };
        FileSystemTypes.Devices = devices;
        Add(devices, "null"u8, DeviceKind.Null, 1, 3);
        Add(devices, "zero"u8, DeviceKind.Zero, 1, 5);
        Add(devices, "full"u8, DeviceKind.Full, 1, 7);
        Add(devices, "random"u8, DeviceKind.Random, 1, 8);
        Add(devices, "urandom"u8, DeviceKind.Random, 1, 9);
        Add(devices, "kmsg"u8, DeviceKind.KernelLog, 1, 11);
        Add(devices, "tty"u8, DeviceKind.ControllingTerminal, 5, 0);
        Add(devices, "console"u8, DeviceKind.Console, 5, 1);
        Add(devices, "ttyS0"u8, DeviceKind.Stream, 4, 64);
        Add(devices, "ttyS1"u8, DeviceKind.ErrorStream, 4, 65);
        if (VirtioBlock.First != null) Add(devices, "vda"u8, DeviceKind.Disk, 254, 0);
        AddLink(devices, "fd"u8, "/proc/self/fd"u8);
        AddLink(devices, "stdin"u8, "/proc/self/fd/0"u8);
        AddLink(devices, "stdout"u8, "/proc/self/fd/1"u8);
        AddLink(devices, "stderr"u8, "/proc/self/fd/2"u8);
        return devices;
    }

    private static void Add(RamFileSystem devices, ReadOnlySpan<byte> name, DeviceKind kind, uint major, uint minor) =>
        devices.Add(devices.Root, name, new DeviceInode(kind, major, minor));

    private static void AddLink(RamFileSystem devices, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        if (devices.Root.Inode.CreateLink(name, target, out Inode link) == 0) devices.Add(devices.Root, name, link);
    }
}
