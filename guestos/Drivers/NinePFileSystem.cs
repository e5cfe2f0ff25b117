using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Drivers;

/// <summary>A host directory over 9P2000.L: the session (version, attach), fids and calls that name no open file.</summary>
internal sealed unsafe class NinePFileSystem : FileSystem
{
    private const ulong V9fsMagic = 0x01021997;
    private const uint NoFid = 0xffffffff;
    private const uint NoUser = 0xffffffff;
    private const uint MessageOverheadBytes = 24;
    private const ulong WantedAttributes = 0x7ff;

    private uint[] _freeFids = new uint[64];
    private int _freeFidCount;
    private uint _lastFid;
    private bool _isLentForReading;

    private NinePFileSystem(NinePChannel channel) => Channel = channel;

    public NinePChannel Channel { get; }

    public NinePFileTable Files { get; } = new NinePFileTable();

    /// <summary>Data frames one read or write moves at most.</summary>
    public int MaximumDataFrames { get; private set; }

    public override ulong Magic => V9fsMagic;

    public override string Name => "9p";

    public override bool CachesNames => true;

    public override bool MayBeWritten => !_isLentForReading;

    /// <summary>Programs find addresses as on the host's own file system: Linux's 9p itself would not align them.</summary>
    public override bool AlignsHugePages => true;

    public override bool IsEvictable => true;

    /// <summary>Attaches to the device with a mount tag. Returns 0, -ENODEV when there is none, or the server's error.</summary>
    public static int Attach(ReadOnlySpan<byte> tag, bool isReadOnly, out NinePFileSystem fileSystem)
    {
        fileSystem = null;
        NinePChannel channel = NinePChannel.Find(tag);
        if (channel == null) return -Errno.NoSuchDevice;
        NinePFileSystem result = new NinePFileSystem(channel);
        result._isLentForReading = isReadOnly;
        if (isReadOnly) result.Flags = MountFlags.ReadOnly;
        int error = result.Negotiate();
        if (error == 0) error = result.AttachRoot();
        if (error == 0) fileSystem = result;
        return error;
    }

    public uint AllocateFid() => _freeFidCount > 0 ? _freeFids[--_freeFidCount] : ++_lastFid;

    /// <summary>Gives a fid back whose number the server does not know (any more).</summary>
    public void FreeFid(uint fid)
    {
        if (_freeFidCount == _freeFids.Length)
        {
            uint[] larger = new uint[_freeFids.Length * 2];
            for (int i = 0; i < _freeFidCount; i++) larger[i] = _freeFids[i];
            KernelHeap.Free(_freeFids);
            _freeFids = larger;
        }
        _freeFids[_freeFidCount++] = fid;
    }

    /// <summary>Tclunk: ends a fid.</summary>
    public void Clunk(uint fid)
    {
        NinePMessage request = Channel.Begin(NinePType.Clunk);
        request.Word(fid);
        Channel.Call(ref request, out _);
        FreeFid(fid);
    }

    /// <summary>Twalk by one name, or by none (a second fid for the same file).</summary>
    public int Walk(uint fid, ReadOnlySpan<byte> name, out uint newFid)
    {
        newFid = AllocateFid();
        NinePMessage request = Channel.Begin(NinePType.Walk);
        request.Word(fid);
        request.Word(newFid);
        request.Short((ushort)(name.Length == 0 ? 0 : 1));
        if (name.Length != 0) request.Text(name);
        int error = Channel.Call(ref request, out NinePMessage reply);
        if (error == 0 && reply.TakeShort() != (name.Length == 0 ? 0 : 1)) error = -Errno.NoEntry;
        if (error != 0) FreeFid(newFid);
        return error;
    }

    /// <summary>Opens a file by a fid of its own.</summary>
    /// <param name="file">A fid that is not open.</param>
    public int OpenAnother(uint file, uint flags, out uint fid)
    {
        fid = 0;
        int error = Walk(file, default, out uint walked);
        if (error != 0) return error;
        NinePMessage request = Channel.Begin(NinePType.Open);
        request.Word(walked);
        request.Word(flags);
        error = Channel.Call(ref request, out _);
        if (error == 0) fid = walked;
        else Clunk(walked);
        return error;
    }

    /// <summary>Tgetattr into an inode. A kind that changed is -EIO, once <paramref name="isNew"/> is false.</summary>
    public int ReadAttributes(uint fid, Inode inode, bool isNew)
    {
        NinePMessage request = Channel.Begin(NinePType.GetAttributes);
        request.Word(fid);
        request.Long(WantedAttributes);
        int error = Channel.Call(ref request, out NinePMessage reply);
        if (error != 0) return error;
        reply.TakeLong();
        reply.TakeByte();
        reply.TakeWord();
        ulong number = reply.TakeLong();
        uint mode = reply.TakeWord();
        if (!KindOf(mode, out InodeKind kind)) return -Errno.NotSupported;
        if (!isNew && kind != inode.Kind) return -Errno.InputOutput;
        inode.Kind = kind;
        inode.Number = number;
        inode.Mode = mode & 0xfff;
        inode.UserId = reply.TakeWord();
        inode.GroupId = reply.TakeWord();
        inode.LinkCount = (uint)reply.TakeLong();
        inode.DeviceNumber = (uint)reply.TakeLong();
        inode.SizeBytes = reply.TakeLong();
        // The server's block size is its transfer size; programs would make their buffers as large.
        reply.TakeLong();
        inode.StoredBlocks = reply.TakeLong();
        inode.Accessed = TakeTime(ref reply);
        inode.Modified = TakeTime(ref reply);
        inode.Changed = TakeTime(ref reply);
        return reply.IsBroken ? -Errno.InputOutput : 0;
    }

    public override int Statistics(ref FileSystemStatistics statistics)
    {
        NinePMessage request = Channel.Begin(NinePType.StatFs);
        request.Word(((NinePInode)Root.Inode).Fid);
        int error = Channel.Call(ref request, out NinePMessage reply);
        if (error != 0) return error;
        reply.TakeWord();
        statistics.BlockBytes = reply.TakeWord();
        statistics.FragmentBytes = statistics.BlockBytes;
        statistics.Blocks = reply.TakeLong();
        statistics.FreeBlocks = reply.TakeLong();
        statistics.AvailableBlocks = reply.TakeLong();
        statistics.Files = reply.TakeLong();
        statistics.FreeFiles = reply.TakeLong();
        return 0;
    }

    /// <summary>The kind by the type bits of st_mode; false for what the kernel has no use for (block devices, sockets).</summary>
    private static bool KindOf(uint mode, out InodeKind kind)
    {
        switch (mode & 0xf000)
        {
            case 0x4000: kind = InodeKind.Directory; return true;
            case 0x8000: kind = InodeKind.Regular; return true;
            case 0xa000: kind = InodeKind.SymbolicLink; return true;
            case 0x2000: kind = InodeKind.CharacterDevice; return true;
            case 0x1000: kind = InodeKind.Pipe; return true;
            default: kind = InodeKind.CharacterDevice; return (mode & 0xf000) is 0x6000 or 0xc000;
        }
    }

    private int Negotiate()
    {
        int frames = Channel.MaximumFrames < PageCache.MaximumRun ? Channel.MaximumFrames : PageCache.MaximumRun;
        NinePMessage request = Channel.Begin(NinePType.Version);
        request.Word((uint)frames * 4096 + MessageOverheadBytes);
        request.Text("9P2000.L"u8);
        int error = Channel.Call(ref request, out NinePMessage reply);
        if (error != 0) return error;
        uint messageBytes = reply.TakeWord();
        ReadOnlySpan<byte> version = reply.TakeText();
        if (version.Length != 8 || version[7] != 'L' || messageBytes < 4096 + MessageOverheadBytes) return -Errno.NotSupported;
        MaximumDataFrames = (int)((messageBytes - MessageOverheadBytes) / 4096);
        if (MaximumDataFrames > frames) MaximumDataFrames = frames;
        return 0;
    }

    private int AttachRoot()
    {
        uint fid = AllocateFid();
        NinePMessage request = Channel.Begin(NinePType.Attach);
        request.Word(fid);
        request.Word(NoFid);
        request.Text("root"u8);
        request.Text(""u8);
        request.Word(0);
        int error = Channel.Call(ref request, out _);
        if (error != 0) return error;
        NinePInode root = new NinePInode(this, fid);
        error = ReadAttributes(fid, root, isNew: true);
        if (error == 0 && root.Kind != InodeKind.Directory) error = -Errno.NotDirectory;
        if (error == 0) Root = new Dentry(null, ""u8, root);
        else root.Release();
        return error;
    }

    private static Timestamp TakeTime(ref NinePMessage reply)
    {
        ulong seconds = reply.TakeLong();
        return new Timestamp { Seconds = seconds, Nanoseconds = (uint)reply.TakeLong() };
    }
}
