using GuestOs.Fs;

namespace GuestOs.Drivers;

/// <summary>The fids through which a host file is read and written: opened when needed, kept until nobody uses the file.</summary>
internal struct NinePHandles
{
    private const uint NoFid = 0;

    private readonly NinePFileSystem _fileSystem;
    private readonly uint _file;
    private uint _readFid;
    private uint _writeFid;

    // The fids are of who made the file or has changed who may use it: the next to open it has to ask the host.
    private bool _isNew;
    private bool _mustAsk;

    /// <param name="file">The fid that names the file and is not open.</param>
    public NinePHandles(NinePFileSystem fileSystem, uint file)
    {
        this = default;
        _fileSystem = fileSystem;
        _file = file;
    }

    /// <summary>Once <see cref="EnsureReadable"/> has returned 0.</summary>
    public readonly uint ReadFid => _readFid;

    /// <summary>Once <see cref="EnsureWritable"/> has returned 0.</summary>
    public readonly uint WriteFid => _writeFid;

    /// <summary>Opens what open(2) with these flags needs; 0, or why the host does not allow it.</summary>
    public int Prepare(uint flags)
    {
        int error = _mustAsk && !_isNew ? Ask(flags & OpenFlags.AccessMask) : 0;
        _isNew = false;
        if (error == 0 && (OpenFlags.CanRead(flags) || !OpenFlags.CanWrite(flags))) error = EnsureReadable();
        if (error == 0 && OpenFlags.CanWrite(flags)) error = EnsureWritable();
        return error;
    }

    public int EnsureReadable() => _readFid != NoFid ? 0 : _fileSystem.OpenAnother(_file, OpenFlags.ReadOnly, out _readFid);

    public int EnsureWritable() => _writeFid != NoFid ? 0 : _fileSystem.OpenAnother(_file, OpenFlags.WriteOnly, out _writeFid);

    /// <summary>Takes over the fid of who made the file, which can do both.</summary>
    public void Adopt(uint fid)
    {
        _readFid = _writeFid = fid;
        _isNew = _mustAsk = true;
    }

    /// <summary>Who may use the file has changed: what is open says nothing about the next to open it.</summary>
    public void AskNextTime() => _mustAsk = true;

    /// <summary>Tfsync.</summary>
    public readonly int Synchronize()
    {
        if (_writeFid == NoFid) return 0;
        NinePMessage request = _fileSystem.Channel.Begin(NinePType.Synchronize);
        request.Word(_writeFid);
        request.Word(0);
        return _fileSystem.Channel.Call(ref request, out _);
    }

    public void Close()
    {
        if (_readFid != NoFid && _readFid != _writeFid) _fileSystem.Clunk(_readFid);
        if (_writeFid != NoFid) _fileSystem.Clunk(_writeFid);
        _readFid = _writeFid = NoFid;
        _isNew = _mustAsk = false;
    }

    /// <summary>Whether the host would let a file be opened that has fids already.</summary>
    private readonly int Ask(uint access)
    {
        int error = _fileSystem.OpenAnother(_file, access, out uint fid);
        if (error == 0) _fileSystem.Clunk(fid);
        return error;
    }
}
