using GuestOs.Arch;
using GuestOs.Drivers;
using GuestOs.Fs;

namespace GuestOs.Kernel;

/// <summary>Opens descriptors 0, 1 and 2 of the first program: the console, or raw serial streams under stdio=split.</summary>
internal static class StandardFiles
{
    public static void Open(FileTable files)
    {
        if (DeviceInode.Terminal == null)
        {
            Install(files, 0, "/dev/ttyS0"u8, OpenFlags.ReadOnly);
            Install(files, 1, "/dev/ttyS0"u8, OpenFlags.WriteOnly);
            Install(files, 2, "/dev/ttyS1"u8, OpenFlags.WriteOnly);
            return;
        }
        Install(files, 0, "/dev/console"u8, OpenFlags.ReadWrite);
        for (int descriptor = 1; descriptor <= 2; descriptor++)
        {
            OpenFile console = files.Get(0);
            console.AddReference();
            files.Set(descriptor, console, closeOnExec: false);
        }
    }

    private static void Install(FileTable files, int descriptor, System.ReadOnlySpan<byte> path, uint flags)
    {
        if (FileOpener.Open(Mounts.Root, path, flags, 0, out OpenFile file) != 0) Panic.Because("the standard devices cannot be opened");
        files.Set(descriptor, file, closeOnExec: false);
    }
}
