using System.Runtime.CompilerServices;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>A memory operand that is widened to double extended precision when it is read.</summary>
internal unsafe interface IX87Operand
{
    static abstract int Bytes { get; }

    /// <summary>The operand's bits, zero-extended.</summary>
    static abstract ulong Load(byte* memory);

    /// <summary>The exact value; nothing is raised and signalling NaNs stay.</summary>
    static abstract Float80 Widen(ulong bits);

    static abstract bool IsDenormal(ulong bits);

    /// <summary>True for what <see cref="WidenUsual"/> can widen: normal numbers and zeros.</summary>
    static abstract bool IsUsual(ulong bits);

    static abstract Float80 WidenUsual(ulong bits);
}

internal readonly unsafe struct Single : IX87Operand
{
    public static int Bytes => 4;

    public static ulong Load(byte* memory) => *(uint*)memory;

    public static Float80 Widen(ulong bits) => Float80Conversion.Widen<Binary32>(bits);

    public static bool IsDenormal(ulong bits) => Layout<Binary32>.IsDenormal(bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUsual(ulong bits) => (bits >> 23 & 0xFF) - 1 < 0xFE || bits << 33 == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float80 WidenUsual(ulong bits)
    {
        int sign = (int)(bits >> 16) & Float80.SignBit;
        return bits << 33 == 0
            ? new((ushort)sign, 0)
            : new((ushort)(sign | ((int)(bits >> 23 & 0xFF) + Float80.ExponentBias - 127)), Float80.IntegerBit | bits << 40);
    }
}

internal readonly unsafe struct Double : IX87Operand
{
    public static int Bytes => 8;

    public static ulong Load(byte* memory) => *(ulong*)memory;

    public static Float80 Widen(ulong bits) => Float80Conversion.Widen<Binary64>(bits);

    public static bool IsDenormal(ulong bits) => Layout<Binary64>.IsDenormal(bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUsual(ulong bits) => (bits >> 52 & 0x7FF) - 1 < 0x7FE || bits << 1 == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float80 WidenUsual(ulong bits)
    {
        int sign = (int)(bits >> 48) & Float80.SignBit;
        return bits << 1 == 0
            ? new((ushort)sign, 0)
            : new((ushort)(sign | ((int)(bits >> 52 & 0x7FF) + Float80.ExponentBias - 1023)), Float80.IntegerBit | bits << 11);
    }
}

internal readonly unsafe struct Integer16 : IX87Operand
{
    public static int Bytes => 2;

    public static ulong Load(byte* memory) => *(ushort*)memory;

    public static Float80 Widen(ulong bits) => Float80Conversion.FromInteger((short)bits);

    public static bool IsDenormal(ulong bits) => false;

    public static bool IsUsual(ulong bits) => true;

    public static Float80 WidenUsual(ulong bits) => Widen(bits);
}

internal readonly unsafe struct Integer32 : IX87Operand
{
    public static int Bytes => 4;

    public static ulong Load(byte* memory) => *(uint*)memory;

    public static Float80 Widen(ulong bits) => Float80Conversion.FromInteger((int)bits);

    public static bool IsDenormal(ulong bits) => false;

    public static bool IsUsual(ulong bits) => true;

    public static Float80 WidenUsual(ulong bits) => Widen(bits);
}

internal readonly unsafe struct Integer64 : IX87Operand
{
    public static int Bytes => 8;

    public static ulong Load(byte* memory) => *(ulong*)memory;

    public static Float80 Widen(ulong bits) => Float80Conversion.FromInteger((long)bits);

    public static bool IsDenormal(ulong bits) => false;

    public static bool IsUsual(ulong bits) => true;

    public static Float80 WidenUsual(ulong bits) => Widen(bits);
}
