using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>Finds the files exec runs.</summary>
internal static unsafe class ProgramFile
{
    /// <summary>The boot module, which stands for every path until a file system is mounted; null without one.</summary>
    public static Inode Module { get; set; }

    /// <summary>Opens a program by path, relative to the current process's directory; the caller gets a reference. 0 or a negative errno.</summary>
    public static int Open(byte* path, out Inode inode)
    {
        inode = Module;
        if (inode == null) return -Errno.NoEntry;
        inode.AddReference();
        return 0;
    }
}
