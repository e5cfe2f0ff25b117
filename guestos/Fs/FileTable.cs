using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>A process's file descriptors. Counted: clone with CLONE_FILES shares one.</summary>
internal sealed class FileTable
{
    /// <summary>The most descriptors a table can hold.</summary>
    public const int MaximumFiles = 1024;

    /// <summary>RLIMIT_NOFILE: new descriptors are below it.</summary>
    public int Limit = MaximumFiles;

    private OpenFile[] _files = new OpenFile[16];
    private bool[] _closeOnExec = new bool[16];
    private int _references = 1;

    // All descriptors below are in use.
    private int _lowestFree;

    public void AddReference() => _references++;

    /// <summary>Drops a reference; the last one closes every file. May sleep.</summary>
    public void Release()
    {
        if (--_references != 0) return;
        for (int i = 0; i < _files.Length; i++) Close(i);
        KernelHeap.Free(_files);
        KernelHeap.Free(_closeOnExec);
        KernelHeap.Free(this);
    }

    /// <summary>Descriptors that can be in use at present: all are below this.</summary>
    public int Capacity => _files.Length;

    /// <summary>Frames whose data ends with the open files.</summary>
    public ulong BufferPages
    {
        get
        {
            ulong pages = 0;
            for (int i = 0; i < _files.Length; i++)
                if (_files[i] != null) pages += _files[i].BufferPages;
            return pages;
        }
    }

    /// <summary>The open file of a descriptor, without a reference of its own, or null.</summary>
    public OpenFile Get(int descriptor) => (uint)descriptor < (uint)_files.Length ? _files[descriptor] : null;

    public bool IsCloseOnExec(int descriptor) => _closeOnExec[descriptor];

    public void SetCloseOnExec(int descriptor, bool closeOnExec) => _closeOnExec[descriptor] = closeOnExec;

    /// <summary>False when the next open file would get no descriptor: nothing is made for it then.</summary>
    public bool HasRoom
    {
        get
        {
            while (_lowestFree < _files.Length && _files[_lowestFree] != null) _lowestFree++;
            return _lowestFree < Limit;
        }
    }

    /// <summary>
    /// Gives an open file the lowest free descriptor from <paramref name="minimum"/> on; takes over the caller's reference. -EMFILE when full.
    /// </summary>
    public int Install(OpenFile file, int minimum, bool closeOnExec)
    {
        bool isLowest = minimum <= _lowestFree;
        int descriptor = isLowest ? _lowestFree : minimum;
        while (descriptor < _files.Length && _files[descriptor] != null) descriptor++;
        if (isLowest) _lowestFree = descriptor;
        if (descriptor >= Limit) return -Errno.TooManyFiles;
        Set(descriptor, file, closeOnExec);
        return descriptor;
    }

    /// <summary>Puts an open file at a descriptor below <see cref="MaximumFiles"/>, closing what was there; takes over the caller's reference.</summary>
    public void Set(int descriptor, OpenFile file, bool closeOnExec)
    {
        Grow(descriptor);
        OpenFile old = _files[descriptor];
        _files[descriptor] = file;
        _closeOnExec[descriptor] = closeOnExec;
        if (old != null) Drop(old);
    }

    /// <summary>Closes a descriptor; -EBADF when it is not open. Any other error tells of data that could not be written. May sleep.</summary>
    public int Close(int descriptor)
    {
        OpenFile file = Get(descriptor);
        if (file == null) return -Errno.BadFile;
        _files[descriptor] = null;
        _closeOnExec[descriptor] = false;
        if (descriptor < _lowestFree) _lowestFree = descriptor;
        return Drop(file);
    }

    /// <summary>A table of its own with the same open files, for fork.</summary>
    public FileTable Clone()
    {
        FileTable copy = new FileTable { Limit = Limit, _lowestFree = _lowestFree };
        copy.Grow(_files.Length - 1);
        for (int i = 0; i < _files.Length; i++)
        {
            if (_files[i] == null) continue;
            _files[i].AddReference();
            copy._files[i] = _files[i];
            copy._closeOnExec[i] = _closeOnExec[i];
        }
        return copy;
    }

    /// <summary>Closes what is marked close-on-exec.</summary>
    public void CloseForExec()
    {
        for (int i = 0; i < _files.Length; i++)
            if (_files[i] != null && _closeOnExec[i]) Close(i);
    }

    public bool IsShared => _references > 1;

    /// <summary>What closing a descriptor does: as POSIX wants it, the process loses all its locks on the file, even those it made by other descriptors.</summary>
    private int Drop(OpenFile file)
    {
        file.Inode?.Locks?.ReleaseOwner(this);
        int error = file.Flush();
        file.Release();
        return error;
    }

    private void Grow(int descriptor)
    {
        if (descriptor < _files.Length) return;
        int length = _files.Length * 2;
        while (length <= descriptor) length *= 2;
        OpenFile[] files = new OpenFile[length];
        bool[] closeOnExec = new bool[length];
        for (int i = 0; i < _files.Length; i++)
        {
            files[i] = _files[i];
            closeOnExec[i] = _closeOnExec[i];
        }
        KernelHeap.Free(_files);
        KernelHeap.Free(_closeOnExec);
        _files = files;
        _closeOnExec = closeOnExec;
    }
}
