using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>An open directory of /proc. Offsets: 2 + place among the fixed names, then <see cref="NumbersOffset"/> + pid, thread or descriptor.</summary>
internal sealed unsafe class ProcDirectory : OpenFile
{
    private const ulong NamesOffset = 2;
    private const ulong NumbersOffset = 1 << 16;

    private readonly ProcInode _inode;

    /// <summary>Takes a reference to the inode.</summary>
    public ProcDirectory(ProcInode inode, uint flags)
    {
        inode.AddReference();
        _inode = inode;
        Inode = inode;
        Flags = flags;
    }

    public override long Read(IoBuffer buffer, ulong lengthBytes) => -Errno.IsDirectory;

    public override long Seek(long offset, int whence) => DirectoryPosition.Seek(this, offset, whence);

    public override long ReadDirectory(IoBuffer buffer, ulong lengthBytes)
    {
        if (_inode.Pid != 0 && ProcessTable.Find(_inode.Pid) == null) return -Errno.NoEntry;
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
        ProcNode last = ProcFileSystem.LastMember(_inode.Node);
        while (Position < NumbersOffset)
        {
            ProcNode node = (ProcNode)((int)first + (int)(Position - NamesOffset));
            if (node > last) return true;
            byte type = TypeOf(node);
            if (!writer.Add(ProcInode.NumberOf(node, _inode.Pid, 0), Position + 1, type, ProcFileSystem.NameOf(node))) return false;
            Position++;
        }
        return true;
    }

    private bool AddNumber(ref DirectoryWriter writer, ProcNode node, int number)
    {
        byte* text = stackalloc byte[12];
        TextWriter name = new TextWriter(text, 12);
        name.Decimal((ulong)number);
        ulong inode = node == ProcNode.Descriptor ? ProcInode.NumberOf(node, _inode.Pid, number) : ProcInode.NumberOf(node, number, 0);
        ulong next = NumbersOffset + (ulong)number + 1;
        if (!writer.Add(inode, next, TypeOf(node), name.Written)) return false;
        Position = next;
        return true;
    }

    /// <summary>The lowest process, thread or descriptor from a number on.</summary>
    private bool NextNumber(ref int number, out ProcNode node)
    {
        node = ProcNode.Process;
        int best = int.MaxValue;
        if (_inode.Node == ProcNode.Root)
        {
            for (Process process = ProcessTable.First; process != null; process = process.Next)
                if (process.Pid >= number && process.Pid < best && process.Pid != 0) best = process.Pid;
        }
        else if (_inode.Node == ProcNode.Tasks)
        {
            for (Thread thread = ProcessTable.Find(_inode.Pid)?.FirstThread; thread != null; thread = thread.NextInProcess)
                if (thread.Id >= number && thread.Id < best) best = thread.Id;
        }
        else if (_inode.Node == ProcNode.Descriptors)
        {
            node = ProcNode.Descriptor;
            FileTable files = ProcessTable.Find(_inode.Pid)?.Files;
            for (int i = number; files != null && i < files.Capacity && best == int.MaxValue; i++)
                if (files.Get(i) != null) best = i;
        }
        number = best;
        return best != int.MaxValue;
    }

    private static byte TypeOf(ProcNode node) => ProcFileSystem.KindOf(node) switch
    {
        InodeKind.Directory => 4,
        InodeKind.SymbolicLink => 10,
        _ => 8,
    };
}
