using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>An open directory of /proc. Offsets: 2 + place among the fixed names, then <see cref="NumbersOffset"/> + pid, thread or descriptor.</summary>
internal sealed unsafe class ProcDirectory : OpenFile
{
    private const ulong NumbersOffset = 1 << 16;

    private readonly ProcInode _inode;

    /// <summary>Takes a reference to the inode.</summary>
    public ProcDirectory(ProcInode inode, uint flags)
        : base(inode, flags) => _inode = inode;

    public override long Read(IoBuffer buffer, ulong lengthBytes) => -Errno.IsDirectory;

    public override long Seek(long offset, int whence) => DirectoryPosition.Seek(this, offset, whence);

    public override long ReadDirectory(IoBuffer buffer, ulong lengthBytes)
    {
        if (_inode.Owner.Pid != 0 && _inode.Owner.Process == null) return -Errno.NoEntry;
        DirectoryWriter writer = new DirectoryWriter(buffer, lengthBytes);
        if (!DirectoryPosition.AddDots(ref writer, this) || !AddNames(ref writer)) return writer.Result;
        if (Position < NumbersOffset) Position = NumbersOffset;
        // lseek may have left it anywhere.
        if (Position - NumbersOffset > int.MaxValue) return writer.Result;
        int number = (int)(Position - NumbersOffset);
        while (NextNumber(ref number, out ProcNode node))
        {
            if (!AddNumber(ref writer, node, number)) break;
            number++;
        }
        return writer.Result;
    }

    private bool AddNames(ref DirectoryWriter writer)
    {
        ProcNode first = ProcFileSystem.FirstMember(_inode.Node);
        if (first == ProcNode.Root) return true;
        ulong count = (ulong)(ProcFileSystem.LastMember(_inode.Node) - first) + 1;
        while (Position < DirectoryPosition.AfterDots + count)
        {
            ProcNode node = (ProcNode)((int)first + (int)(Position - DirectoryPosition.AfterDots));
            if (!writer.Add(ProcInode.NumberOf(node, _inode.Owner), Position + 1, TypeOf(node), ProcFileSystem.NameOf(node))) return false;
            Position++;
        }
        if (_inode.Node != ProcNode.Root || Position >= NumbersOffset) return true;
        return KernelNodeDirectory.AddMembers(ref writer, this, ((ProcFileSystem)_inode.FileSystem).System, DirectoryPosition.AfterDots + count);
    }

    private bool AddNumber(ref DirectoryWriter writer, ProcNode node, int number)
    {
        byte* text = stackalloc byte[12];
        TextWriter name = new TextWriter(text, 12);
        name.Decimal((ulong)number);
        ProcOwner owner = node switch
        {
            ProcNode.Process => new ProcOwner(number),
            ProcNode.Task => new ProcOwner(_inode.Owner.Pid, number),
            _ => _inode.Owner.WithDescriptor(number),
        };
        ulong next = NumbersOffset + (ulong)number + 1;
        if (!writer.Add(ProcInode.NumberOf(node, owner), next, TypeOf(node), name.Written)) return false;
        Position = next;
        return true;
    }

    /// <summary>The lowest process, thread or descriptor from a number on.</summary>
    private bool NextNumber(ref int number, out ProcNode node)
    {
        node = ProcNode.Process;
        int best = int.MaxValue;
        switch (_inode.Node)
        {
            case ProcNode.Root:
                Process next = ProcessTable.NextByNumber(number == 0 ? 1 : number);
                if (next != null) best = next.Pid;
                break;
            case ProcNode.Tasks:
                node = ProcNode.Task;
                Process process = _inode.Owner.Process;
                Thread thread = process == null ? null : ProcessTable.NextThreadByNumber(process, number);
                if (thread != null) best = thread.Id;
                break;
            case ProcNode.Descriptors:
            case ProcNode.DescriptorInfos:
                node = _inode.Node == ProcNode.Descriptors ? ProcNode.Descriptor : ProcNode.DescriptorInfo;
                FileTable files = _inode.Owner.Process?.Files;
                for (int i = number; files != null && i < files.Capacity && best == int.MaxValue; i++)
                    if (files.Get(i) != null) best = i;
                break;
        }
        number = best;
        return best != int.MaxValue;
    }

    private static byte TypeOf(ProcNode node) => Inode.DirectoryTypeOf(ProcFileSystem.KindOf(node));
}
