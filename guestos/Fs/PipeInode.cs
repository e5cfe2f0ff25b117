using System;
using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>A pipe: 64 KiB of bytes between readers and writers, in frames taken only while they hold something.</summary>
internal sealed unsafe class PipeInode : Inode
{
    /// <summary>Writes up to this many bytes are never mixed with others (PIPE_BUF).</summary>
    public const ulong AtomicBytes = 4096;

    /// <summary>What a pipe holds.</summary>
    public const ulong CapacityBytes = FrameCount * 4096;

    private const int FrameCount = 16;

    private static ulong s_lastNumber;

    private struct FrameTable
    {
        public fixed uint Frames[FrameCount];
    }

    private FrameTable _table;
    private ulong _head;
    private ulong _tail;

    public int ReaderCount;
    public int WriterCount;

    /// <summary>Woken when bytes came, the last writer left, or a writer came.</summary>
    public readonly WaitQueue Readable = new WaitQueue();

    /// <summary>Woken when room came or the last reader left.</summary>
    public readonly WaitQueue Writable = new WaitQueue();

    private PipeInode()
    {
        Kind = InodeKind.Pipe;
        Number = ++s_lastNumber;
        Mode = 0x180;
        Touch();
        Accessed = Modified;
    }

    public ulong Available => _head - _tail;

    public ulong Room => CapacityBytes - Available;

    /// <summary>Makes a pipe and opens both ends; flags may hold O_NONBLOCK.</summary>
    public static void Create(uint flags, out OpenFile reader, out OpenFile writer)
    {
        PipeInode pipe = new PipeInode();
        byte* text = stackalloc byte[32];
        TextWriter name = new TextWriter(text, 32);
        name.Text("pipe:["u8);
        name.Decimal(pipe.Number);
        name.Text("]"u8);
        Dentry entry = new Dentry(null, name.Written, pipe);
        reader = new PipeFile(pipe, flags | OpenFlags.ReadOnly) { Entry = entry };
        writer = new PipeFile(pipe, flags | OpenFlags.WriteOnly) { Entry = entry };
        entry.AddReference();
    }

    public override int Open(uint flags, out OpenFile file)
    {
        file = new PipeFile(this, flags);
        return 0;
    }

    /// <summary>Moves bytes out, as many as there are; returns how many, or -EFAULT if none could be delivered.</summary>
    public long Take(IoBuffer buffer, ulong lengthBytes)
    {
        ulong done = 0;
        while (done < lengthBytes && Available != 0)
        {
            int slot = (int)(_tail >> 12) % FrameCount;
            ulong inPage = _tail & 4095;
            ulong chunk = 4096 - inPage;
            if (chunk > lengthBytes - done) chunk = lengthBytes - done;
            if (chunk > Available) chunk = Available;
            uint frame = _table.Frames[slot];
            ulong tail = _tail;
            FrameAllocator.AddReference(frame);
            bool isCopied = buffer.Put(done, Physical.FramePointer(frame) + inPage, chunk);
            FrameAllocator.Release(frame);
            if (!isCopied) return done != 0 ? (long)done : -Errno.Fault;
            // Another reader may have been faster while the copy slept; its bytes count.
            if (_tail != tail) return (long)done;
            _tail += chunk;
            done += chunk;
            // In a full ring bytes may be coming into the page that others have just left.
            bool isHeadHere = (_head & 4095) != 0 && (int)(_head >> 12) % FrameCount == slot;
            if (Available == 0 || (_tail & 4095) == 0 && !isHeadHere) Drop(slot);
        }
        return (long)done;
    }

    /// <summary>Moves bytes in, as many as there is room for; returns how many, or -EFAULT, -ENOMEM if none.</summary>
    public long Put(IoBuffer buffer, ulong lengthBytes)
    {
        ulong done = 0;
        while (done < lengthBytes && Room != 0)
        {
            int slot = (int)(_head >> 12) % FrameCount;
            ulong inPage = _head & 4095;
            ulong chunk = 4096 - inPage;
            if (chunk > lengthBytes - done) chunk = lengthBytes - done;
            if (chunk > Room) chunk = Room;
            if (_table.Frames[slot] == 0) _table.Frames[slot] = FrameAllocator.AllocateForUser();
            uint frame = _table.Frames[slot];
            if (frame == 0) return done != 0 ? (long)done : -Errno.NoMemory;
            FrameAllocator.AddReference(frame);
            ulong head = _head;
            bool isCopied = buffer.Get(done, Physical.FramePointer(frame) + inPage, chunk);
            FrameAllocator.Release(frame);
            if (!isCopied) return done != 0 ? (long)done : -Errno.Fault;
            if (_head != head || _table.Frames[slot] != frame) continue;
            _head += chunk;
            done += chunk;
        }
        return (long)done;
    }

    protected override void Destroy()
    {
        for (int i = 0; i < FrameCount; i++) Drop(i);
        KernelHeap.Free(Readable);
        KernelHeap.Free(Writable);
        KernelHeap.Free(this);
    }

    private void Drop(int slot)
    {
        if (_table.Frames[slot] != 0) FrameAllocator.Release(_table.Frames[slot]);
        _table.Frames[slot] = 0;
        if (Available != 0) return;
        _head = 0;
        _tail = 0;
    }
}
