using GuestOs.Arch;
using GuestOs.Fs;

namespace GuestOs.Kernel;

/// <summary>Opens descriptors 0, 1 and 2 of the first program.</summary>
internal static class StandardFiles
{
    public static void Open(FileTable files)
    {
        SerialFile console = new SerialFile(Uart16550.Com1);
        files.Set(0, console, closeOnExec: false);
        console.AddReference();
        files.Set(1, console, closeOnExec: false);
        console.AddReference();
        files.Set(2, console, closeOnExec: false);
    }
}
