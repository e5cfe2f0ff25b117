using GuestOs.Fs;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>The running process's file descriptors, as arguments of calls.</summary>
internal static class Descriptors
{
    public static FileTable Table => Scheduler.Current.Process.Files;

    /// <summary>The open file of a descriptor with a reference of its own (another thread may close it while the call sleeps), or null.</summary>
    public static OpenFile Acquire(ulong descriptor)
    {
        OpenFile file = Table.Get((int)descriptor);
        file?.AddReference();
        return file;
    }

    /// <summary>As <see cref="Acquire"/>, but O_PATH descriptors are not good enough.</summary>
    public static OpenFile AcquireForData(ulong descriptor)
    {
        OpenFile file = Table.Get((int)descriptor);
        if (file == null || (file.Flags & OpenFlags.Path) != 0) return null;
        file.AddReference();
        return file;
    }

    /// <summary>Gives a new open file the lowest free descriptor; one that gets none is closed. The descriptor or -EMFILE.</summary>
    public static int Install(OpenFile file, bool closeOnExec)
    {
        int descriptor = Table.Install(file, 0, closeOnExec);
        if (descriptor < 0) file.Release();
        return descriptor;
    }
}
