using System.Numerics;

namespace X64Emu.Bus;

/// <summary>How a bus cuts an access into the sizes that devices answer to.</summary>
internal static class AccessSplit
{
    /// <summary>All ones in the low <paramref name="sizeBytes"/> (1..8) bytes.</summary>
    internal static ulong Mask(int sizeBytes) => ulong.MaxValue >> (64 - 8 * sizeBytes);

    /// <summary>The largest power of two that is at most <paramref name="remainingBytes"/> and to which <paramref name="address"/> is aligned.</summary>
    internal static int NextPieceBytes(ulong address, int remainingBytes)
    {
        int largest = 1 << BitOperations.Log2((uint)remainingBytes);
        int alignment = 1 << Math.Min(3, BitOperations.TrailingZeroCount(address));
        return Math.Min(largest, alignment);
    }
}
