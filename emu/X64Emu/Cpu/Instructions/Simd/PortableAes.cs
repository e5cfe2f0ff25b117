using System.Numerics;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>The steps of AES (FIPS 197, section 5) for hosts without AES instructions. Byte i of a state is row i % 4 of column i / 4.</summary>
internal static unsafe class PortableAes
{
    private static readonly byte[] Substitutes = MakeSubstitutes();
    private static readonly byte[] InverseSubstitutes = Invert(Substitutes);

    /// <summary>AESENCLAST without the key: ShiftRows and SubBytes.</summary>
    public static Xmm SubstituteShifted(Xmm state)
    {
        Xmm result = default;
        byte* from = (byte*)&state, to = (byte*)&result;
        for (int index = 0; index < 16; index++) to[index] = Substitutes[from[index + 4 * (index & 3) & 15]];
        return result;
    }

    /// <summary>AESDECLAST without the key: InvShiftRows and InvSubBytes.</summary>
    public static Xmm InverseSubstituteShifted(Xmm state)
    {
        Xmm result = default;
        byte* from = (byte*)&state, to = (byte*)&result;
        for (int index = 0; index < 16; index++) to[index] = InverseSubstitutes[from[index - 4 * (index & 3) & 15]];
        return result;
    }

    /// <summary>MixColumns: each column is multiplied by 3x³ + x² + x + 2.</summary>
    public static Xmm MixColumns(Xmm state) => Mix(state, 2, 3, 1, 1);

    /// <summary>InvMixColumns: by 0xb x³ + 0xd x² + 9 x + 0xe.</summary>
    public static Xmm InverseMixColumns(Xmm state) => Mix(state, 0xe, 0xb, 0xd, 9);

    /// <summary>AESKEYGENASSIST with a round constant of 0: the second and the fourth doubleword substituted, and the same rotated.</summary>
    public static Xmm AssistKey(Xmm key)
    {
        uint second = Substitute(((uint*)&key)[1]), fourth = Substitute(((uint*)&key)[3]);
        return Vector128.Create(second, BitOperations.RotateRight(second, 8), fourth, BitOperations.RotateRight(fourth, 8))
            .AsByte();
    }

    private static uint Substitute(uint word) =>
        Substitutes[(byte)word] | (uint)Substitutes[(byte)(word >> 8)] << 8 | (uint)Substitutes[(byte)(word >> 16)] << 16
            | (uint)Substitutes[word >> 24] << 24;

    private static Xmm Mix(Xmm state, int own, int next, int second, int third)
    {
        Xmm result = default;
        byte* from = (byte*)&state, to = (byte*)&result;
        for (int index = 0; index < 16; index++)
        {
            byte* column = from + (index & 12);
            to[index] = (byte)(Multiply(column[index & 3], own) ^ Multiply(column[index + 1 & 3], next)
                ^ Multiply(column[index + 2 & 3], second) ^ Multiply(column[index + 3 & 3], third));
        }
        return result;
    }

    /// <summary>The product in GF(2⁸) modulo x⁸ + x⁴ + x³ + x + 1.</summary>
    private static int Multiply(int a, int b)
    {
        int product = 0;
        for (; b != 0; b >>= 1, a = a << 1 ^ ((a & 0x80) != 0 ? 0x11b : 0))
        {
            if ((b & 1) != 0) product ^= a;
        }
        return product;
    }

    /// <summary>Section 5.1.1: the multiplicative inverse, then an affine transformation.</summary>
    private static byte[] MakeSubstitutes()
    {
        byte[] table = new byte[256];
        for (int value = 0; value < 256; value++)
        {
            int inverse = 0;
            while (value != 0 && Multiply(value, inverse) != 1) inverse++;
            int doubled = inverse << 8 | inverse;
            table[value] = (byte)(inverse ^ doubled >> 7 ^ doubled >> 6 ^ doubled >> 5 ^ doubled >> 4 ^ 0x63);
        }
        return table;
    }

    private static byte[] Invert(byte[] table)
    {
        byte[] inverse = new byte[256];
        for (int value = 0; value < 256; value++) inverse[table[value]] = (byte)value;
        return inverse;
    }
}
