using System.Numerics;

namespace X64Emu.Devices;

/// <summary>A set of interrupt vectors, as the APIC's 256-bit IRR, ISR and TMR registers hold it.</summary>
internal struct VectorSet
{
    private ulong word0;
    private ulong word1;
    private ulong word2;
    private ulong word3;

    /// <summary>The highest vector in the set, -1 when it is empty.</summary>
    internal readonly int Highest =>
        word3 != 0 ? 192 + BitOperations.Log2(word3)
        : word2 != 0 ? 128 + BitOperations.Log2(word2)
        : word1 != 0 ? 64 + BitOperations.Log2(word1)
        : word0 != 0 ? BitOperations.Log2(word0)
        : -1;

    /// <summary>Adds or takes away a vector.</summary>
    internal void Set(byte vector, bool present)
    {
        ulong bit = 1UL << (vector & 63);
        ref ulong word = ref word0;
        switch (vector >> 6)
        {
            case 1: word = ref word1; break;
            case 2: word = ref word2; break;
            case 3: word = ref word3; break;
            default: break;
        }
        word = present ? word | bit : word & ~bit;
    }

    /// <summary>Whether a vector is in the set.</summary>
    internal readonly bool Contains(byte vector) => (Word(vector >> 6) >> (vector & 63) & 1) != 0;

    /// <summary>The 32-bit register <paramref name="index"/> (0..7) that covers vectors 32*index and up.</summary>
    internal readonly uint Register(int index) => (uint)(Word(index >> 1) >> ((index & 1) * 32));

    private readonly ulong Word(int index) => index switch { 0 => word0, 1 => word1, 2 => word2, _ => word3 };
}
