using System;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>A node of /proc: what it is, and of which process and descriptor.</summary>
internal sealed unsafe class ProcInode : Inode
{
    private const uint DirectoryMode = 0x16d;
    private const uint PrivateDirectoryMode = 0x140;
    private const uint LinkMode = 0x1ff;
    private const uint FileMode = 0x124;
    private const uint PrivateFileMode = 0x100;
    private const uint SettingMode = 0x1a4;
    private const uint CommandMode = 0x80;

    public ProcInode(ProcFileSystem fileSystem, ProcNode node, int pid, int descriptor)
    {
        FileSystem = fileSystem;
        Node = node;
        Pid = pid;
        Descriptor = descriptor;
        Kind = ProcFileSystem.KindOf(node);
        Number = NumberOf(node, pid, descriptor);
        Mode = Kind switch
        {
            InodeKind.Directory => node == ProcNode.Descriptors ? PrivateDirectoryMode : DirectoryMode,
            InodeKind.SymbolicLink => LinkMode,
            _ when node is ProcNode.Environment or ProcNode.Auxiliary or ProcNode.PageMap => PrivateFileMode,
            _ when node == ProcNode.OutOfMemoryAdjustment => SettingMode,
            _ when ProcSetting.IsSetting(node) => ProcSetting.IsCommand(node) ? CommandMode : SettingMode,
            _ => FileMode,
        };
        if (Kind == InodeKind.Directory) LinkCount = 2;
        if (node == ProcNode.Descriptor) SetAccess();
        Touch();
        Accessed = Modified;
    }

    public ProcNode Node { get; }

    /// <summary>The process, 0 for nodes of the whole system.</summary>
    public int Pid { get; }

    /// <summary>For <see cref="ProcNode.Descriptor"/>.</summary>
    public int Descriptor { get; }

    /// <summary>Inode numbers tell nodes apart as long as the process lives.</summary>
    public static ulong NumberOf(ProcNode node, int pid, int descriptor) => ((ulong)pid << 20 | (ulong)descriptor << 8 | (uint)node) + 1;

    public override int Lookup(ReadOnlySpan<byte> name, out Inode child)
    {
        child = null;
        if (Pid != 0 && ProcessTable.Find(Pid) == null) return -Errno.NoEntry;
        ProcFileSystem fileSystem = (ProcFileSystem)FileSystem;
        if (Node == ProcNode.Descriptors)
        {
            int descriptor = ParseNumber(name);
            if (descriptor < 0 || ProcessTable.Find(Pid).Files?.Get(descriptor) == null) return -Errno.NoEntry;
            child = new ProcInode(fileSystem, ProcNode.Descriptor, Pid, descriptor);
            return 0;
        }
        if (Node is ProcNode.Root or ProcNode.Tasks)
        {
            int pid = ParseNumber(name);
            if (pid > 0 && (Node == ProcNode.Root ? ProcessTable.Find(pid) != null : IsThread(pid)))
            {
                child = new ProcInode(fileSystem, ProcNode.Process, Node == ProcNode.Root ? pid : Pid, 0);
                return 0;
            }
        }
        ProcNode last = ProcFileSystem.LastMember(Node);
        for (ProcNode node = ProcFileSystem.FirstMember(Node); node <= last && node != ProcNode.Root; node++)
        {
            if (!IsEqual(ProcFileSystem.NameOf(node), name)) continue;
            child = new ProcInode(fileSystem, node, Pid, 0);
            return 0;
        }
        return -Errno.NoEntry;
    }

    /// <summary>Nothing can be made in /proc; Linux says so in this way.</summary>
    public override int Create(ReadOnlySpan<byte> name, InodeKind kind, uint mode, out Inode child)
    {
        child = null;
        return -Errno.NoEntry;
    }

    public override int ReadLink(byte* buffer, int capacity)
    {
        TextWriter writer = new TextWriter(buffer, capacity);
        switch (Node)
        {
            case ProcNode.Self:
                writer.Decimal((ulong)Scheduler.Current.Process.Pid);
                return writer.Length;
            case ProcNode.MountsLink:
                writer.Text("self/mounts"u8);
                return writer.Length;
        }
        int error = Follow(out Dentry target);
        if (error != 0) return error == -Errno.NotSupported ? -Errno.Invalid : error;
        int length = target.CopyPath(buffer, capacity);
        target.Release();
        return length == -Errno.Range ? -Errno.NameTooLong : length;
    }

    public override int Follow(out Dentry target)
    {
        target = null;
        if (Kind != InodeKind.SymbolicLink || Node is ProcNode.Self or ProcNode.MountsLink) return -Errno.NotSupported;
        Process process = ProcessTable.Find(Pid);
        if (process == null) return -Errno.NoEntry;
        switch (Node)
        {
            case ProcNode.CurrentDirectory: target = process.FileContext == null ? null : process.FileContext.WorkingDirectory ?? Mounts.Root; break;
            case ProcNode.RootDirectory: target = Mounts.Root; break;
            case ProcNode.Executable: target = process.Space?.Executable is PageCache pages ? pages.Inode.Alias : null; break;
            case ProcNode.Descriptor: target = process.Files?.Get(Descriptor)?.Entry; break;
        }
        if (target == null) return -Errno.NoEntry;
        target.AddReference();
        return 0;
    }

    public override int Open(uint flags, out OpenFile file)
    {
        file = null;
        if (Kind == InodeKind.Directory) file = new ProcDirectory(this, flags);
        else if (OpenFlags.CanWrite(flags) && !ProcSetting.IsSetting(Node) && Node != ProcNode.OutOfMemoryAdjustment) return -Errno.Access;
        else if (Node == ProcNode.PageMap) file = new ProcPageMap(this, flags);
        else file = new ProcFile(this, flags);
        return 0;
    }

    protected override void Destroy() => KernelHeap.Free(this);

    /// <summary>The link's permission bits tell how the descriptor is open, as on Linux.</summary>
    private void SetAccess()
    {
        const uint Readable = 0x140, Writable = 0xc0, LinkBytes = 64;
        SizeBytes = LinkBytes;
        OpenFile file = ProcessTable.Find(Pid)?.Files?.Get(Descriptor);
        if (file == null) return;
        Mode = (OpenFlags.CanRead(file.Flags) ? Readable : 0) | (OpenFlags.CanWrite(file.Flags) ? Writable : 0);
    }

    private bool IsThread(int id)
    {
        Thread thread = ProcessTable.FindThread(id);
        return thread != null && thread.Process.Pid == Pid;
    }

    private static int ParseNumber(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 9 || text[0] == '0' && text.Length > 1) return -1;
        int value = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] < '0' || text[i] > '9') return -1;
            value = value * 10 + text[i] - '0';
        }
        return value;
    }

    private static bool IsEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length) return false;
        for (int i = 0; i < left.Length; i++)
            if (left[i] != right[i]) return false;
        return true;
    }
}
