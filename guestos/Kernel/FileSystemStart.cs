using System;
using GuestOs.Arch;
using GuestOs.Drivers;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Kernel;

/// <summary>Finds the devices and mounts what the command line asks for: root=, mount=, cwd=, and /dev, /proc and /tmp.</summary>
internal static unsafe class FileSystemStart
{
    private const uint DirectoryMode = 0x1ed;
    private const uint TemporaryMode = 0x3ff;

    public static void Run(BootOptions options, PvhStartInfo* startInfo)
    {
        DentryCache.Initialize();
        SharedFiles.Initialize();
        byte* commandLine = startInfo->CommandLine != 0 ? Physical.ToPointer(startInfo->CommandLine) : null;
        int length = commandLine == null ? 0 : (int)Memory.StringLength(commandLine, BootMemory.MaximumCommandLineBytes);
        VirtioBus.Scan(new ReadOnlySpan<byte>(commandLine, length));
        StartSwap(options);
        MountRoot(options);
        Mount(DeviceFiles.Create(StartTerminal(options)), "/dev"u8);
        Mount(new RamFileSystem("tmpfs", TemporaryMode), "/dev/shm"u8);
        Mount(new HugeTlbFileSystem(DirectoryMode), "/dev/hugepages"u8);
        Mount(MessageFileSystem.Create(), "/dev/mqueue"u8);
        Mount(new ProcFileSystem(), "/proc"u8);
        Mount(new RamFileSystem("tmpfs", TemporaryMode), "/tmp"u8);
        Mount(new SysFileSystem(), "/sys"u8);
        for (int i = 0; i < options.OptionCount; i++)
        {
            byte* value = BootOptions.ValueOf(options.Option(i), "mount="u8);
            if (value != null) MountShared(value);
        }
        if (startInfo->ModuleCount != 0) AddModule((PvhModule*)Physical.ToPointer(startInfo->ModuleList));
    }

    /// <summary>cwd=</summary>
    public static void EnterDirectory(BootOptions options, FileContext context)
    {
        for (int i = 0; i < options.OptionCount; i++)
        {
            byte* value = BootOptions.ValueOf(options.Option(i), "cwd="u8);
            if (value == null) continue;
            int error = PathWalk.Find(Mounts.Root, Text(value), followLast: true, out Dentry directory);
            if (error == 0 && directory.IsDirectory) context.SetWorkingDirectory(directory);
            else KernelLog.Warn("cwd=").Bytes(Text(value)).Text(": no such directory").End();
        }
    }

    /// <summary>swap=vda: the first disk is swap space, whatever is on it.</summary>
    private static void StartSwap(BootOptions options)
    {
        for (int i = 0; i < options.OptionCount; i++)
        {
            byte* value = BootOptions.ValueOf(options.Option(i), "swap="u8);
            if (value == null) continue;
            int error = !BootOptions.Equals(value, "vda"u8) || VirtioBlock.First == null ? -Errno.NoSuchDevice : StartSwap(VirtioBlock.First);
            if (error != 0) KernelLog.Warn("swap=").Bytes(Text(value)).Text(WhyNoSwap(error)).Decimal((ulong)-error).End();
        }
    }

    private static int StartSwap(VirtioBlock disk) => SwapHeader.Write(disk) ? SwapArea.Activate(disk) : -Errno.InputOutput;

    private static string WhyNoSwap(int error) => error switch
    {
        -Errno.NoSuchDevice => ": no swap space, there is no such disk; vda is the first virtio disk; error ",
        -Errno.NoMemory => ": no swap space, its table of 8 bytes a page would take a quarter of the free memory or more; error ",
        -Errno.Invalid => ": no swap space, the disk has less than 10 pages; error ",
        _ => ": cannot be used, error ",
    };

    private static void MountRoot(BootOptions options)
    {
        for (int i = 0; i < options.OptionCount; i++)
        {
            byte* tag = BootOptions.ValueOf(options.Option(i), "root="u8);
            if (tag == null) continue;
            int error = NinePFileSystem.Attach(Text(tag), isReadOnly: true, out NinePFileSystem fileSystem);
            if (error == 0)
            {
                Mounts.AttachRoot(fileSystem);
                return;
            }
            KernelLog.Warn("root=").Bytes(Text(tag)).Text(": cannot be mounted, error ").Decimal((ulong)-error).End();
        }
        Mounts.AttachRoot(new RamFileSystem("rootfs", DirectoryMode));
    }

    /// <summary>TAG:/guest/path:ro|rw</summary>
    private static void MountShared(byte* value)
    {
        ReadOnlySpan<byte> text = Text(value);
        int first = 0, last = text.Length - 1;
        while (first < text.Length && text[first] != ':') first++;
        while (last > first && text[last] != ':') last--;
        bool isWritable = text.Length - last == 3 && text[last + 1] == 'r' && text[last + 2] == 'w';
        int error = -Errno.Invalid;
        if (last > first + 1)
        {
            error = NinePFileSystem.Attach(text.Slice(0, first), !isWritable, out NinePFileSystem fileSystem);
            if (error == 0) error = Mounts.Attach(fileSystem, text.Slice(first + 1, last - first - 1));
            if (error == 0 && isWritable) Flusher.Start();
        }
        if (error != 0) KernelLog.Warn("mount=").Bytes(text).Text(": cannot be mounted, error ").Decimal((ulong)-error).End();
    }

    private static void Mount(FileSystem fileSystem, ReadOnlySpan<byte> path)
    {
        if (Mounts.Attach(fileSystem, path) != 0) KernelLog.Warn("").Bytes(path).Text(": cannot be mounted").End();
    }

    private static Terminal StartTerminal(BootOptions options)
    {
        Terminal terminal = new Terminal();
        for (int i = 0; i < options.OptionCount; i++)
        {
            byte* value = BootOptions.ValueOf(options.Option(i), "stdio="u8);
            if (value != null && BootOptions.Equals(value, "split"u8)) terminal = null;
        }
        SerialInput.Start(terminal);
        return terminal;
    }

    /// <summary>The boot module is /program, and every program, when the root is in memory.</summary>
    private static void AddModule(PvhModule* module)
    {
        if (Mounts.Root.Inode.FileSystem.IsEvictable) return;
        ModuleInode inode = new ModuleInode(module->Address, module->SizeBytes);
        ((RamFileSystem)Mounts.Root.Inode.FileSystem).Add(Mounts.Root, "program"u8, inode);
        inode.AddReference();
        ProgramFile.Module = inode;
    }

    private static ReadOnlySpan<byte> Text(byte* word) => new ReadOnlySpan<byte>(word, (int)Memory.StringLength(word, BootMemory.MaximumCommandLineBytes));
}
