using System;
using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>A pipe: 64 KiB of bytes between readers and writers, in frames of which an empty pipe keeps one.</summary>
internal sealed unsafe class PipeInode : Inode
{
    /// <summary>Writes up to this many bytes are never mixed with others (PIPE_BUF).</summary>
    public const ulong AtomicBytes = 4096;

    /// <summary>fs.pipe-max-size.</summary>
    public const ulong MaximumBytes = 1 << 20;

    private const int DefaultFrames = 16;

    private static ulong s_lastNumber;

    // A power of two, so that places of the endless stream of bytes map to slots.
    private uint[] _frames = new uint[DefaultFrames];
    private ulong _head;
    private ulong _tail;

    public int ReaderCount;
    public int WriterCount;

    /// <summary>How many readers, and writers, there have been.</summary>
    public uint ReadersEver { get; private set; }

    /// <inheritdoc cref="ReadersEver"/>
    public uint WritersEver { get; private set; }

    /// <summary>Woken when bytes came, the last writer left, or a writer came.</summary>
    public readonly WaitQueue Readable = new WaitQueue();

    /// <summary>Woken when room came, the last reader left, or a reader came.</summary>
    public readonly WaitQueue Writable = new WaitQueue();

    private PipeInode()
    {
        Kind = InodeKind.Pipe;
        Number = ++s_lastNumber;
        Mode = 0x180;
        Permission.SetOwner(this, null);
        Touch();
        Accessed = Modified;
    }

    public ulong Available => _head - _tail;

    /// <summary>Frames it has.</summary>
    public ulong FrameCount => Available == 0 ? _frames[0] != 0 ? 1u : 0 : (_head >> 12) - (_tail >> 12) + 1;

    /// <summary>Bytes it can hold.</summary>
    public ulong CapacityBytes => (ulong)_frames.Length << 12;

    public ulong Room => CapacityBytes - Available;

    /// <summary>There is room for any write that must not be mixed with others.</summary>
    public bool IsWritable => Room >= AtomicBytes;

    /// <summary>Where the frame of a place of the stream is.</summary>
    private int SlotOf(ulong place) => (int)(place >> 12) & (_frames.Length - 1);

    /// <summary>Bytes that can be moved at a place in one go: within its page, as many as wanted, as many as there are.</summary>
    private static ulong ChunkAt(ulong place, ulong wanted, ulong available)
    {
        ulong chunk = 4096 - (place & 4095);
        if (chunk > wanted) chunk = wanted;
        return chunk < available ? chunk : available;
    }

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
        reader = new PipeFile(pipe, pipe, flags | OpenFlags.ReadOnly) { Entry = entry };
        writer = new PipeFile(pipe, pipe, flags | OpenFlags.WriteOnly) { Entry = entry };
        entry.AddReference();
    }

    public override int Open(uint flags, out OpenFile file)
    {
        file = new PipeFile(this, this, flags);
        return 0;
    }

    /// <summary>
    /// Opens what an inode gives a name to, as fifo(7) tells: who only reads waits for a writer, who only writes waits for a reader, or gets -ENXIO if there
    /// is none and waiting is not wanted. May sleep.
    /// </summary>
    public static int OpenNamed(Inode inode, uint flags, out OpenFile file)
    {
        file = null;
        bool reads = OpenFlags.CanRead(flags), writes = OpenFlags.CanWrite(flags), waits = (flags & OpenFlags.NonBlocking) == 0;
        if (!reads && writes && !waits && (inode.Flow == null || inode.Flow.ReaderCount == 0)) return -Errno.NoDevice;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        if (inode.Flow == null) inode.Flow = new PipeInode();
        PipeInode pipe = inode.Flow;
        file = new PipeFile(pipe, inode, flags);
        uint readers = pipe.ReadersEver, writers = pipe.WritersEver;
        int error = 0;
        while (waits && !writes && error == 0 && pipe.WriterCount == 0 && pipe.WritersEver == writers) error = pipe.Readable.Sleep();
        while (waits && !reads && error == 0 && pipe.ReaderCount == 0 && pipe.ReadersEver == readers) error = pipe.Writable.Sleep();
        if (error == 0) return 0;
        file.Release();
        file = null;
        return error;
    }

    /// <summary>One more has it open for reading; writers that wait for one go on.</summary>
    public void AddReader()
    {
        ReadersEver++;
        if (ReaderCount++ == 0) Writable.WakeAll();
    }

    /// <summary>One more has it open for writing; readers that wait for one go on.</summary>
    public void AddWriter()
    {
        WritersEver++;
        if (WriterCount++ == 0) Readable.WakeAll();
    }

    /// <summary>
    /// Changes what it can hold, rounded up to a power of two pages: the new size, or -EPERM above the maximum, -EBUSY when it holds more.
    /// </summary>
    public long Resize(ulong bytes)
    {
        if (bytes > MaximumBytes) return -Errno.NotPermitted;
        int count = 1;
        while ((ulong)count << 12 < bytes) count *= 2;
        ulong firstPage = _tail >> 12, endPage = (_head + 4095) >> 12;
        if (count == _frames.Length) return (long)CapacityBytes;
        if (endPage - firstPage > (ulong)count) return -Errno.Busy;
        // In a full ring the oldest and the newest bytes may share a frame; from now on they do not.
        uint own = 0;
        if (endPage - firstPage > (ulong)_frames.Length)
        {
            own = FrameAllocator.AllocatePinnedForUser();
            if (own == 0) return -Errno.NoMemory;
            Memory.Copy(Physical.FramePointer(own), Physical.FramePointer(_frames[SlotOf(_tail)]), 4096);
        }
        uint[] frames = new uint[count];
        for (ulong page = firstPage; page < endPage; page++)
        {
            int slot = SlotOf(page << 12);
            frames[(int)(page % (ulong)count)] = _frames[slot] != 0 ? _frames[slot] : own;
            _frames[slot] = 0;
        }
        for (int i = 0; i < _frames.Length; i++)
            if (_frames[i] != 0) FrameAllocator.Release(_frames[i]);
        KernelHeap.Free(_frames);
        _frames = frames;
        Writable.WakeAll();
        return (long)CapacityBytes;
    }

    /// <summary>Moves bytes out, as many as there are; returns how many, or -EFAULT if none could be delivered.</summary>
    public long Take(IoBuffer buffer, ulong lengthBytes)
    {
        ulong done = 0;
        while (done < lengthBytes && Available != 0)
        {
            ulong tail = _tail;
            ulong chunk = ChunkAt(tail, lengthBytes - done, Available);
            uint frame = _frames[SlotOf(tail)];
            FrameAllocator.AddReference(frame);
            bool isCopied = buffer.Put(done, Physical.FramePointer(frame) + (tail & 4095), chunk);
            FrameAllocator.Release(frame);
            if (!isCopied) return done != 0 ? (long)done : -Errno.Fault;
            // Another reader may have been faster while the copy slept; its bytes count.
            if (_tail != tail) return (long)done;
            // The copy may have slept while another thread changed the size.
            int slot = SlotOf(tail);
            _tail += chunk;
            done += chunk;
            // In a full ring bytes may be coming into the page that others have just left.
            bool isHeadHere = (_head & 4095) != 0 && SlotOf(_head) == slot;
            if (Available == 0 || (_tail & 4095) == 0 && !isHeadHere) Drop(slot);
        }
        return (long)done;
    }

    /// <summary>Copies bytes and leaves them, from so many behind the next one on; returns how many.</summary>
    public ulong Peek(ulong skippedBytes, byte* destination, ulong lengthBytes)
    {
        ulong done = 0, place = _tail + skippedBytes;
        while (done < lengthBytes && place < _head)
        {
            ulong chunk = ChunkAt(place, lengthBytes - done, _head - place);
            Memory.Copy(destination + done, Physical.FramePointer(_frames[SlotOf(place)]) + (place & 4095), chunk);
            place += chunk;
            done += chunk;
        }
        return done;
    }

    /// <summary>Moves bytes in, as many as there is room for; returns how many, or -EFAULT, -ENOMEM if none.</summary>
    public long Put(IoBuffer buffer, ulong lengthBytes)
    {
        ulong done = 0;
        while (done < lengthBytes && Room != 0)
        {
            ulong head = _head;
            ulong chunk = ChunkAt(head, lengthBytes - done, Room);
            int slot = SlotOf(head);
            if (_frames[slot] == 0) _frames[slot] = FrameAllocator.AllocatePinnedForUser();
            uint frame = _frames[slot];
            if (frame == 0) return done != 0 ? (long)done : -Errno.NoMemory;
            FrameAllocator.AddReference(frame);
            bool isCopied = buffer.Get(done, Physical.FramePointer(frame) + (head & 4095), chunk);
            FrameAllocator.Release(frame);
            if (!isCopied) return done != 0 ? (long)done : -Errno.Fault;
            if (_head != head || _frames[SlotOf(head)] != frame) continue;
            _head += chunk;
            done += chunk;
        }
        return (long)done;
    }

    protected override void Destroy()
    {
        for (int i = 0; i < _frames.Length; i++)
            if (_frames[i] != 0) FrameAllocator.Release(_frames[i]);
        KernelHeap.Free(_frames);
        Readable.Destroy();
        Writable.Destroy();
        KernelHeap.Free(this);
    }

    /// <summary>Gives up the frame whose bytes have all been read. The last one stays for the bytes that come next, in the first slot.</summary>
    private void Drop(int slot)
    {
        uint frame = _frames[slot];
        _frames[slot] = 0;
        if (Available == 0)
        {
            _head = 0;
            _tail = 0;
            if (_frames[0] == 0)
            {
                _frames[0] = frame;
                return;
            }
        }
        if (frame != 0) FrameAllocator.Release(frame);
    }
}
