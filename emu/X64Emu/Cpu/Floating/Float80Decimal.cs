namespace X64Emu.Cpu.Floating;

/// <summary>Packed decimal: 18 digits in nine bytes and a sign byte (Intel SDM Vol. 1, 4.7).</summary>
internal static unsafe class Float80Decimal
{
    public const int Bytes = 10;

    private const int DigitBytes = 9;
    private const ulong Largest = 999_999_999_999_999_999;

    /// <summary>Reads an image. Digits above 9, which the manual leaves undefined, count with their value.</summary>
    public static Float80 Load(byte* image)
    {
        ulong magnitude = 0;
        for (int index = DigitBytes - 1; index >= 0; index--) magnitude = (magnitude * 100) + (ulong)((image[index] >> 4) * 10) + (ulong)(image[index] & 15);
        bool negative = (image[DigitBytes] & 0x80) != 0;
        return magnitude == 0 ? Float80.Zero(negative) : Float80Conversion.FromMagnitude(negative, magnitude);
    }

    /// <summary>Rounds to an integer and writes the image: the "packed BCD indefinite" with invalid raised for what has no 18 digits.</summary>
    public static void Store(Float80 number, byte* image, ref FloatEnvironment environment)
    {
        if (!Float80Conversion.TryToMagnitude(number, Largest, ref environment, out ulong magnitude))
        {
            StoreIndefinite(image);
            return;
        }
        for (int index = 0; index < DigitBytes; index++)
        {
            (magnitude, ulong pair) = Math.DivRem(magnitude, 100);
            image[index] = (byte)(((pair / 10) << 4) | (pair % 10));
        }
        image[DigitBytes] = number.Negative ? (byte)0x80 : (byte)0;
    }

    /// <summary>The packed BCD indefinite.</summary>
    public static void StoreIndefinite(byte* image)
    {
        *(ulong*)image = 0xC000_0000_0000_0000;
        *(ushort*)(image + 8) = 0xFFFF;
    }
}
