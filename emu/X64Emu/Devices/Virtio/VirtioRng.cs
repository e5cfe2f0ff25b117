using System.Buffers.Binary;

namespace X64Emu.Devices.Virtio;

/// <summary>An entropy device (virtio 1.2, 5.4) whose bytes follow from a seed, so that runs repeat. No source of secrets.</summary>
public sealed class VirtioRng : VirtioDevice
{
    private const int MaximumRequestBytes = 64 << 10;
    private readonly ulong seed;
    private ulong state;

    /// <summary>A device whose output follows from <paramref name="seed"/>.</summary>
    public VirtioRng(ulong seed)
    {
        this.seed = seed;
        state = seed;
    }

    /// <inheritdoc/>
    public override uint DeviceId => 4;

    /// <inheritdoc/>
    public override void Reset() => state = seed;

    /// <inheritdoc/>
    public override bool Handle(int queueIndex, DescriptorChain chain, out uint writtenBytes)
    {
        // The device may give less than was asked for.
        byte[] bytes = new byte[Math.Min(chain.WritableBytes, MaximumRequestBytes)];
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        for (int offset = 0; offset < bytes.Length; offset += sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Next());
            word[..Math.Min(sizeof(ulong), bytes.Length - offset)].CopyTo(bytes.AsSpan(offset));
        }
        writtenBytes = (uint)bytes.Length;
        return chain.Write(0, bytes);
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014): every 64-bit state occurs once in its cycle.</summary>
    private ulong Next()
    {
        state += 0x9e37_79b9_7f4a_7c15;
        ulong mixed = (state ^ (state >> 30)) * 0xbf58_476d_1ce4_e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d0_49bb_1331_11eb;
        return mixed ^ (mixed >> 31);
    }
}
