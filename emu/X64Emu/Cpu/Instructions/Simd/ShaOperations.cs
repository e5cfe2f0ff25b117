using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Instructions.Simd;

// .NET offers no access to a host's SHA instructions. The names in here are those of FIPS 180-4; doubleword 3 is the first of a group.

/// <summary>SHA1NEXTE: E of the next four rounds, added to the message.</summary>
internal readonly struct Sha1NextE : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
    {
        Vector128<uint> message = b.AsUInt32();
        return message.WithElement(3, message[3] + BitOperations.RotateLeft(a.AsUInt32()[3], 30)).AsByte();
    }
}

/// <summary>SHA1MSG1: the first half of the message schedule.</summary>
internal readonly struct Sha1Message1 : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => a ^ Vector128.Create(b.GetUpper(), a.GetLower());
}

/// <summary>SHA1MSG2: the second half. The last word depends on the first of the result.</summary>
internal readonly struct Sha1Message2 : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
    {
        Vector128<uint> partial = a.AsUInt32(), words = b.AsUInt32();
        uint first = BitOperations.RotateLeft(partial[3] ^ words[2], 1);
        return Vector128.Create(
            BitOperations.RotateLeft(partial[0] ^ first, 1), BitOperations.RotateLeft(partial[1] ^ words[0], 1),
            BitOperations.RotateLeft(partial[2] ^ words[1], 1), first).AsByte();
    }
}

/// <summary>SHA1RNDS4: four rounds; the immediate chooses their function and constant (FIPS 180-4, 4.1.1 and 4.2.1).</summary>
internal readonly unsafe struct Sha1Rounds : ISimdOperation
{
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = Apply(*(Xmm*)first, *(Xmm*)source, (int)o->Immediate & 3);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Xmm Apply(Xmm state, Xmm message, int function)
    {
        uint constant = function switch { 0 => 0x5a82_7999, 1 => 0x6ed9_eba1, 2 => 0x8f1b_bcdc, _ => 0xca62_c1d6 };
        uint a = state.AsUInt32()[3], b = state.AsUInt32()[2], c = state.AsUInt32()[1], d = state.AsUInt32()[0], e = 0;   // E is in the message
        for (int word = 3; word >= 0; word--)
        {
            uint mixed = function switch { 0 => b & c ^ ~b & d, 2 => b & c ^ b & d ^ c & d, _ => b ^ c ^ d };
            uint next = mixed + BitOperations.RotateLeft(a, 5) + message.AsUInt32()[word] + e + constant;
            (a, b, c, d, e) = (next, a, BitOperations.RotateLeft(b, 30), c, d);
        }
        return Vector128.Create(d, c, b, a).AsByte();
    }
}

/// <summary>SHA256MSG1: the first half of the message schedule.</summary>
internal readonly struct Sha256Message1 : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
    {
        Vector128<uint> words = a.AsUInt32();
        Vector128<uint> next = Vector128.Create(words[1], words[2], words[3], b.AsUInt32()[0]);
        return (words + (RotateRight(next, 7) ^ RotateRight(next, 18) ^ next >>> 3)).AsByte();
    }

    private static Vector128<uint> RotateRight(Vector128<uint> value, int count) => value >>> count | value << 32 - count;
}

/// <summary>SHA256MSG2: the second half. The upper words depend on the lower ones of the result.</summary>
internal readonly struct Sha256Message2 : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
    {
        Vector128<uint> partial = a.AsUInt32(), words = b.AsUInt32();
        uint word0 = partial[0] + Sigma(words[2]), word1 = partial[1] + Sigma(words[3]);
        return Vector128.Create(word0, word1, partial[2] + Sigma(word0), partial[3] + Sigma(word1)).AsByte();
    }

    private static uint Sigma(uint word) => BitOperations.RotateRight(word, 17) ^ BitOperations.RotateRight(word, 19) ^ word >> 10;
}

/// <summary>SHA256RNDS2: two rounds. The destination is C, D, G, H, the source A, B, E, F; XMM0 holds the words with their constants.</summary>
internal readonly unsafe struct Sha256Rounds : ISimdOperation
{
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = Apply(*(Xmm*)first, *(Xmm*)source, *(ulong*)XmmFile.At(c, 0));
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Xmm Apply(Xmm cdgh, Xmm abef, ulong words)
    {
        uint a = abef.AsUInt32()[3], b = abef.AsUInt32()[2], e = abef.AsUInt32()[1], f = abef.AsUInt32()[0];
        uint c = cdgh.AsUInt32()[3], d = cdgh.AsUInt32()[2], g = cdgh.AsUInt32()[1], h = cdgh.AsUInt32()[0];
        for (int round = 0; round < 2; round++, words >>= 32)
        {
            uint choice = e & f ^ ~e & g, majority = a & b ^ a & c ^ b & c;
            uint first = h + choice + Sum(e, 6, 11, 25) + (uint)words;
            (a, b, c, d, e, f, g, h) = (first + majority + Sum(a, 2, 13, 22), a, b, c, first + d, e, f, g);
        }
        return Vector128.Create(f, e, b, a).AsByte();
    }

    private static uint Sum(uint word, int one, int two, int three) =>
        BitOperations.RotateRight(word, one) ^ BitOperations.RotateRight(word, two) ^ BitOperations.RotateRight(word, three);
}
