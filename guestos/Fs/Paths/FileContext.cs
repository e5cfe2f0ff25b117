using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>What a process's paths are relative to, and its umask. Counted: clone with CLONE_FS shares one.</summary>
internal sealed class FileContext
{
    private int _references = 1;

    /// <summary>The working directory, with a reference; null is the root.</summary>
    public Dentry WorkingDirectory { get; private set; }

    public uint Umask = 0x12;

    public void AddReference() => _references++;

    public void Release()
    {
        if (--_references != 0) return;
        SetWorkingDirectory(null);
        KernelHeap.Free(this);
    }

    /// <summary>A context of its own with the same content, for fork.</summary>
    public FileContext Clone()
    {
        WorkingDirectory?.AddReference();
        FileContext copy = new FileContext { Umask = Umask };
        copy.SetWorkingDirectory(WorkingDirectory);
        return copy;
    }

    /// <summary>Changes the working directory; takes over the caller's reference.</summary>
    public void SetWorkingDirectory(Dentry directory)
    {
        Dentry old = WorkingDirectory;
        FileSystem left = old?.Inode.FileSystem;
        directory?.Inode.FileSystem.AddUser();
        WorkingDirectory = directory;
        old?.Release();
        left?.RemoveUser();
    }
}
