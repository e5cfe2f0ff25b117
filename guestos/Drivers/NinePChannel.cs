using System;
using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Drivers;

/// <summary>
/// A virtio-9p device: one request at a time, polled. A request is a message page, optionally followed by data frames; so is the reply, whose
/// data goes straight to its frames.
/// </summary>
internal sealed unsafe class NinePChannel
{
    /// <summary>Bytes of an Rread or Rreaddir before the data: header and count[4]. An Rlerror is as long.</summary>
    public const int DataReplyHeaderBytes = 11;

    private const int MaximumTagBytes = 64;
    private const ulong FeatureMountTag = 1;
    private const ushort Tag = 1;

    private struct MountTag
    {
        public fixed byte Bytes[MaximumTagBytes];
    }

    private static NinePChannel s_first;

    private readonly Virtqueue _queue;
    private readonly byte* _request = Physical.FramePointer(FrameAllocator.AllocateZeroed());
    private readonly byte* _reply = Physical.FramePointer(FrameAllocator.AllocateZeroed());
    private readonly NinePChannel _next;
    private MountTag _tag;
    private int _tagLength;

    private NinePChannel(Virtqueue queue, NinePChannel next)
    {
        _queue = queue;
        _next = next;
    }

    /// <summary>Most data frames a request can have.</summary>
    public int MaximumFrames => _queue.Capacity - 2;

    /// <summary>Brings a device up and remembers it by its mount tag.</summary>
    public static void Start(VirtioMmio device)
    {
        Virtqueue queue = device.Begin(FeatureMountTag) ? device.Start() : null;
        if (queue == null)
        {
            KernelLog.Warn("virtio: a 9p device does not start").End();
            return;
        }
        NinePChannel channel = new NinePChannel(queue, s_first);
        int length = device.ReadConfiguration(0) | device.ReadConfiguration(1) << 8;
        channel._tagLength = length < MaximumTagBytes ? length : MaximumTagBytes;
        for (int i = 0; i < channel._tagLength; i++) channel._tag.Bytes[i] = device.ReadConfiguration(2 + i);
        s_first = channel;
    }

    /// <summary>The channel with a mount tag, or null.</summary>
    public static NinePChannel Find(ReadOnlySpan<byte> tag)
    {
        for (NinePChannel channel = s_first; channel != null; channel = channel._next)
            if (channel.HasTag(tag)) return channel;
        return null;
    }

    /// <summary>Starts a request; its page is overwritten by the next one.</summary>
    public NinePMessage Begin(byte type) => new NinePMessage(_request, type, type == NinePType.Version ? (ushort)0xffff : Tag);

    /// <summary>Sends a request and waits for its reply: 0, or the negative errno the server or a broken reply gives.</summary>
    public int Call(ref NinePMessage request, out NinePMessage reply) => Run(ref request, null, 0, false, out reply);

    /// <summary>As <see cref="Call"/>, with data the server reads after the request.</summary>
    public int CallWithData(ref NinePMessage request, uint* frames, uint lengthBytes, out NinePMessage reply) =>
        Run(ref request, frames, lengthBytes, false, out reply);

    /// <summary>As <see cref="Call"/>, with frames for the data of an Rread or Rreaddir.</summary>
    public int CallForData(ref NinePMessage request, uint* frames, uint lengthBytes, out NinePMessage reply) =>
        Run(ref request, frames, lengthBytes, true, out reply);

    private int Run(ref NinePMessage request, uint* frames, uint dataBytes, bool isReading, out NinePMessage reply)
    {
        reply = default;
        if (request.IsBroken) return -Errno.NameTooLong;
        request.Finish(isReading ? 0 : dataBytes);
        byte type = _request[4];
        *(ulong*)_reply = 0;
        _queue.Add(Physical.AddressOf(_request), (uint)request.Length, deviceWrites: false);
        if (!isReading) AddFrames(frames, dataBytes, deviceWrites: false);
        bool hasReplyData = isReading && dataBytes != 0;
        _queue.Add(Physical.AddressOf(_reply), hasReplyData ? DataReplyHeaderBytes : (uint)Physical.PageBytes, deviceWrites: true);
        if (isReading) AddFrames(frames, dataBytes, deviceWrites: true);
        if (!_queue.Run()) return -Errno.InputOutput;
        uint size = *(uint*)_reply;
        uint limit = hasReplyData ? DataReplyHeaderBytes + dataBytes : (uint)Physical.PageBytes;
        if (size < NinePMessage.HeaderBytes || size > limit) return -Errno.InputOutput;
        reply = new NinePMessage(_reply, hasReplyData ? DataReplyHeaderBytes : (int)size);
        if (_reply[4] == NinePType.ErrorReply)
        {
            uint error = reply.TakeWord();
            return error is > 0 and < 4096 ? -(int)error : -Errno.InputOutput;
        }
        return _reply[4] == type + 1 ? 0 : -Errno.InputOutput;
    }

    private void AddFrames(uint* frames, uint lengthBytes, bool deviceWrites)
    {
        for (; lengthBytes != 0; frames++)
        {
            uint chunk = lengthBytes < 4096 ? lengthBytes : 4096;
            _queue.Add((ulong)*frames << 12, chunk, deviceWrites);
            lengthBytes -= chunk;
        }
    }

    private bool HasTag(ReadOnlySpan<byte> tag)
    {
        if (tag.Length != _tagLength) return false;
        for (int i = 0; i < _tagLength; i++)
            if (_tag.Bytes[i] != tag[i]) return false;
        return true;
    }
}
