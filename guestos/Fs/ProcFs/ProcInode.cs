using System;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>A node of /proc that belongs to a process, or a link at the top: what it is, and whose.</summary>
internal sealed unsafe class ProcInode : Inode
{
    public ProcInode(ProcFileSystem fileSystem, ProcNode node, ProcOwner owner)
    {
        FileSystem = fileSystem;
        Node = node;
        Owner = owner;
        Kind = ProcFileSystem.KindOf(node);
        Number = NumberOf(node, owner);
        Mode = ProcFileSystem.ModeOf(node);
        if (Kind == InodeKind.Directory) LinkCount = 2;
        if (node == ProcNode.Descriptor) SetAccess();
        SetOwner();
        Touch();
        Accessed = Modified;
    }

    public ProcNode Node { get; }

    public ProcOwner Owner { get; }

    /// <summary>Inode numbers tell nodes apart as long as the process lives.</summary>
    public static ulong NumberOf(ProcNode node, ProcOwner owner)
    {
        const int NodeBits = 6, DescriptorBits = 20;
        ulong id = (ulong)(owner.ThreadId == 0 ? owner.Pid : owner.ThreadId) << 1 | (owner.ThreadId == 0 ? 0u : 1);
        return ((id << DescriptorBits | (uint)owner.Descriptor) << NodeBits | (uint)node) + 1;
    }

    public override int Lookup(ReadOnlySpan<byte> name, out Inode child)
    {
        child = null;
        if (Owner.Pid != 0 && Owner.Process == null) return -Errno.NoEntry;
        if (Node == ProcNode.DescriptorInfos && !ProcessAccess.MayInspect(Owner.Process)) return -Errno.Access;
        ProcNode node = ProcNode.Root;
        ProcOwner owner = Owner;
        switch (Node)
        {
            case ProcNode.Descriptors or ProcNode.DescriptorInfos:
                int descriptor = ParseNumber(name);
                owner = Owner.WithDescriptor(descriptor);
                if (descriptor >= 0 && owner.File != null) node = Node == ProcNode.Descriptors ? ProcNode.Descriptor : ProcNode.DescriptorInfo;
                break;
            case ProcNode.Tasks:
                owner = new ProcOwner(Owner.Pid, ParseNumber(name));
                if (owner.ThreadId > 0 && owner.Process != null) node = ProcNode.Task;
                break;
            case ProcNode.Root:
                owner = new ProcOwner(ParseNumber(name));
                if (owner.Pid > 0 && owner.Process != null) node = ProcNode.Process;
                else if (((ProcFileSystem)FileSystem).System.Find(name) is KernelNode found)
                {
                    child = new KernelNodeInode(FileSystem, found);
                    return 0;
                }
                else
                {
                    owner = default;
                    node = FindMember(name);
                }
                break;
            default:
                node = FindMember(name);
                break;
        }
        if (node == ProcNode.Root) return -Errno.NoEntry;
        child = new ProcInode((ProcFileSystem)FileSystem, node, owner);
        return 0;
    }

    /// <summary>Nothing can be made in /proc; Linux says so in this way.</summary>
    public override int Create(ReadOnlySpan<byte> name, InodeKind kind, uint mode, out Inode child)
    {
        child = null;
        return -Errno.NoEntry;
    }

    public override int CreateLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out Inode child)
    {
        child = null;
        return -Errno.NoEntry;
    }

    public override int ReadLink(byte* buffer, int capacity)
    {
        TextWriter writer = new TextWriter(buffer, capacity);
        Thread current = Scheduler.Current;
        switch (Node)
        {
            case ProcNode.ThreadSelf:
            case ProcNode.Self:
                writer.Decimal((ulong)current.Process.Pid);
                if (Node == ProcNode.Self) return writer.Length;
                writer.Text("/task/"u8);
                writer.Decimal((ulong)current.Id);
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
        if (Kind != InodeKind.SymbolicLink || Node is ProcNode.Self or ProcNode.ThreadSelf or ProcNode.MountsLink) return -Errno.NotSupported;
        Process process = Owner.Process;
        if (process == null) return -Errno.NoEntry;
        if (!ProcessAccess.MayInspect(process)) return -Errno.Access;
        switch (Node)
        {
            // Kernel threads are at the root; a zombie is nowhere.
            case ProcNode.CurrentDirectory: target = process.IsZombie ? null : process.FileContext?.WorkingDirectory ?? Mounts.Root; break;
            case ProcNode.RootDirectory: target = Mounts.Root; break;
            case ProcNode.Executable: target = process.Space?.Executable is PageCache pages ? pages.Inode.Alias : null; break;
            case ProcNode.Descriptor: target = Owner.File?.Entry; break;
        }
        if (target == null) return -Errno.NoEntry;
        target.AddReference();
        return 0;
    }

    public override int Open(uint flags, out OpenFile file)
    {
        file = null;
        if (NeedsInspection(Node) && Owner.Process is Process process && !ProcessAccess.MayInspect(process)) return -Errno.Access;
        if (Kind == InodeKind.Directory) file = new ProcDirectory(this, flags);
        else if (Node == ProcNode.PageMap) file = new ProcPageMap(this, flags);
        else if (Node == ProcNode.Memory) file = new ProcMemory(this, flags);
        else if (Node is ProcNode.Maps or ProcNode.Smaps) file = new ProcAreasFile(this, flags);
        else file = new ProcFile(this, flags);
        return 0;
    }

    /// <summary>A process reaches its own descriptors, whoever owns the directory.</summary>
    public override int CheckAccess(uint wanted) =>
        Node == ProcNode.Descriptors && Owner.Process == Scheduler.Current.Process && (wanted & Permission.Write) == 0 ? 0 : base.CheckAccess(wanted);

    protected override void Destroy() => KernelHeap.Free(this);

    /// <summary>What shows a process's memory, or where things are in it.</summary>
    private static bool NeedsInspection(ProcNode node) => node is ProcNode.Auxiliary or ProcNode.Environment or ProcNode.Maps or ProcNode.Memory
        or ProcNode.PageMap or ProcNode.Smaps or ProcNode.SmapsRollup or ProcNode.NumaMaps or ProcNode.SystemCall or ProcNode.Personality or ProcNode.DescriptorInfos or ProcNode.DescriptorInfo;

    /// <summary>The process's effective user and group; root where others may not look into the process.</summary>
    private void SetOwner()
    {
        const uint OpenDirectory = 0x16d;
        Process process = Owner.Process;
        if (process == null || !process.IsDumpable && !(Kind == InodeKind.Directory && Mode == OpenDirectory)) return;
        UserId = process.Credentials.User.Effective;
        GroupId = process.Credentials.Group.Effective;
    }

    private ProcNode FindMember(ReadOnlySpan<byte> name)
    {
        ProcNode last = ProcFileSystem.LastMember(Node);
        for (ProcNode node = ProcFileSystem.FirstMember(Node); node <= last && node != ProcNode.Root; node++)
            if (KernelNode.IsEqual(ProcFileSystem.NameOf(node), name)) return node;
        return ProcNode.Root;
    }

    /// <summary>The link's permission bits tell how the descriptor is open, as on Linux.</summary>
    private void SetAccess()
    {
        const uint Readable = 0x140, Writable = 0xc0, LinkBytes = 64;
        SizeBytes = LinkBytes;
        OpenFile file = Owner.File;
        if (file == null) return;
        Mode = (OpenFlags.CanRead(file.Flags) ? Readable : 0) | (OpenFlags.CanWrite(file.Flags) ? Writable : 0);
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
}
