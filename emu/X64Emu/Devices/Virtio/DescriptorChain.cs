using X64Emu.Bus;
using X64Emu.Primitives;

namespace X64Emu.Devices.Virtio;

/// <summary>The buffers of one request: first those the device reads, then those it writes, each seen as one run of bytes.</summary>
public sealed class DescriptorChain
{
    /// <summary>The most bytes a chain may describe; longer ones are refused as hostile.</summary>
    public const ulong MaximumBytes = 256UL << 20;

    private readonly IGuestMemory memory;
    private readonly List<Buffer> readable = [];
    private readonly List<Buffer> writable = [];

    internal DescriptorChain(IGuestMemory memory) => this.memory = memory;

    /// <summary>How many bytes the guest sends.</summary>
    public int ReadableBytes { get; private set; }

    /// <summary>How many bytes the guest has room for.</summary>
    public int WritableBytes { get; private set; }

    /// <summary>The index of the chain's first descriptor.</summary>
    internal ushort Head { get; private set; }

    /// <summary>Copies bytes that the guest sends; false when they are not all there or not in RAM.</summary>
    public bool Read(int offset, Span<byte> destination)
    {
        if (offset < 0 || destination.Length > ReadableBytes - offset) return false;
        foreach (Buffer buffer in readable)
        {
            if (destination.IsEmpty) break;
            if (offset >= buffer.LengthBytes)
            {
                offset -= buffer.LengthBytes;
                continue;
            }
            int piece = Math.Min(destination.Length, buffer.LengthBytes - offset);
            if (!memory.Read(new PhysicalAddress(buffer.Address + (ulong)offset), destination[..piece])) return false;
            destination = destination[piece..];
            offset = 0;
        }
        return destination.IsEmpty;
    }

    /// <summary>Copies bytes to the guest; false when there is no room for them or it is not RAM.</summary>
    public bool Write(int offset, ReadOnlySpan<byte> source)
    {
        if (offset < 0 || source.Length > WritableBytes - offset) return false;
        foreach (Buffer buffer in writable)
        {
            if (source.IsEmpty) break;
            if (offset >= buffer.LengthBytes)
            {
                offset -= buffer.LengthBytes;
                continue;
            }
            int piece = Math.Min(source.Length, buffer.LengthBytes - offset);
            if (!memory.Write(new PhysicalAddress(buffer.Address + (ulong)offset), source[..piece])) return false;
            source = source[piece..];
            offset = 0;
        }
        return source.IsEmpty;
    }

    internal void Begin(ushort head)
    {
        Head = head;
        ReadableBytes = 0;
        WritableBytes = 0;
        readable.Clear();
        writable.Clear();
    }

    /// <summary>Adds a descriptor; false when it is hostile: wraps the address space, makes the chain too long, or reads after writes.</summary>
    internal bool TryAdd(ulong address, uint lengthBytes, bool isWritable)
    {
        if (lengthBytes > ulong.MaxValue - address) return false;
        if ((ulong)ReadableBytes + (ulong)WritableBytes + lengthBytes > MaximumBytes) return false;
        if (!isWritable && writable.Count > 0) return false;
        (isWritable ? writable : readable).Add(new Buffer(address, (int)lengthBytes));
        if (isWritable) WritableBytes += (int)lengthBytes;
        else ReadableBytes += (int)lengthBytes;
        return true;
    }

    private readonly record struct Buffer(ulong Address, int LengthBytes);
}
