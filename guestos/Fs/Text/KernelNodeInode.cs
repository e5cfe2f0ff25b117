using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>The inode of a <see cref="KernelNode"/>: made when it is looked up and forgotten at once.</summary>
internal sealed unsafe class KernelNodeInode : Inode
{
    // Apart from the numbers of processes' nodes.
    private const ulong FirstNumber = 0xf0000000;

    public KernelNodeInode(FileSystem fileSystem, KernelNode node)
    {
        FileSystem = fileSystem;
        Node = node;
        Kind = node.Kind;
        Number = NumberOf(node);
        Mode = node.Mode;
        if (Kind == InodeKind.Directory) LinkCount = 2;
        Touch();
        Accessed = Modified;
    }

    public KernelNode Node { get; }

    public static ulong NumberOf(KernelNode node) => FirstNumber + node.Number;

    public override int Lookup(ReadOnlySpan<byte> name, out Inode child)
    {
        KernelNode node = Node.Find(name);
        child = node == null ? null : new KernelNodeInode(FileSystem, node);
        return node == null ? -Errno.NoEntry : 0;
    }

    public override int ReadLink(byte* buffer, int capacity)
    {
        TextWriter writer = new TextWriter(buffer, capacity);
        writer.Text(Node.Text);
        return writer.Length;
    }

    public override int Open(uint flags, out OpenFile file)
    {
        const uint AnyoneWrites = 0x92, AnyoneReads = 0x124;
        file = null;
        if (Kind == InodeKind.Directory) file = new KernelNodeDirectory(this, flags);
        else if (OpenFlags.CanWrite(flags) && (Mode & AnyoneWrites) == 0 || OpenFlags.CanRead(flags) && (Mode & AnyoneReads) == 0) return -Errno.Access;
        else if (Node.Opener != null) file = Node.Opener(this, flags);
        else file = new KernelNodeFile(this, flags);
        return 0;
    }

    protected override void Destroy() => KernelHeap.Free(this);
}

/// <summary>An open text file of the kernel.</summary>
internal sealed class KernelNodeFile : TextFile
{
    private readonly KernelNode _node;

    public KernelNodeFile(KernelNodeInode inode, uint flags)
        : base(inode, flags) => _node = inode.Node;

    protected override bool IgnoresLaterWrites => true;

    protected override int Show(ref TextWriter writer)
    {
        _node.Show(ref writer);
        return 0;
    }

    protected override int Store(ReadOnlySpan<byte> text) => _node.Store(text);
}

/// <summary>An open directory of the kernel. Offsets: 2 + place among the members.</summary>
internal sealed class KernelNodeDirectory : OpenFile
{
    private readonly KernelNode _node;

    /// <summary>Takes a reference to the inode.</summary>
    public KernelNodeDirectory(KernelNodeInode inode, uint flags)
        : base(inode, flags) => _node = inode.Node;

    public override long Read(IoBuffer buffer, ulong lengthBytes) => -Errno.IsDirectory;

    public override long Seek(long offset, int whence) => DirectoryPosition.Seek(this, offset, whence);

    public override long ReadDirectory(IoBuffer buffer, ulong lengthBytes)
    {
        DirectoryWriter writer = new DirectoryWriter(buffer, lengthBytes);
        if (DirectoryPosition.AddDots(ref writer, this)) AddMembers(ref writer, this, _node, DirectoryPosition.AfterDots);
        return writer.Result;
    }

    /// <summary>Adds a node's members from the file's position on, where the first one has the given position; false when the buffer is full.</summary>
    public static bool AddMembers(ref DirectoryWriter writer, OpenFile file, KernelNode node, ulong firstPosition)
    {
        ulong position = firstPosition;
        for (KernelNode member = node.First; member != null; member = member.Next, position++)
        {
            if (position < file.Position) continue;
            if (!writer.Add(KernelNodeInode.NumberOf(member), position + 1, Inode.DirectoryTypeOf(member.Kind), member.Name)) return false;
            file.Position = position + 1;
        }
        return true;
    }
}
