using System.Buffers.Binary;
using Iced.Intel;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>What the lanes of a vector or the elements in memory are.</summary>
internal enum ElementKind
{
    Bytes,
    Words,
    Doublewords,
    Quadwords,
    Halves,
    Singles,
    Doubles,
    Extended,
    AnyBits,
}

/// <summary>Values with a chance to matter: zeros, ones, boundaries of ranges and formats, special floating-point values, near neighbours.</summary>
internal sealed class InterestingValues(CaseRandom random)
{
    private int center;

    /// <summary>To be called for each case: floating-point values of a case have exponents close together, so that sums and products matter.</summary>
    public void StartCase() => center = random.Below(3) switch { 0 => 0, 1 => random.Between(-20, 80), _ => random.Between(-16000, 16000) };

    /// <summary>An integer of up to 64 bits.</summary>
    public ulong Integer() => random.Below(8) switch
    {
        0 => (ulong)random.Between(-3, 3),
        1 => (1UL << random.Below(64)) + (ulong)random.Between(-1, 1),
        2 => 0UL - (1UL << random.Below(64)) + (ulong)random.Between(-1, 1),
        3 => (ulong)random.Below(256),
        4 => (ulong)(int)random.Next(),
        5 => random.Next() & random.Next() & random.Next(),
        _ => random.Next(),
    };

    /// <summary>An integer of so many bits; what is above them is anything.</summary>
    public ulong Integer(int bits) => random.Below(6) switch
    {
        0 => random.Pick<ulong>(0, 1, ulong.MaxValue),
        1 => (1UL << (bits - 1)) + (ulong)random.Between(-1, 1),
        2 => (ulong)random.Between(-2, bits + 2),
        3 => random.Next() & random.Next(),
        _ => random.Next(),
    };

    /// <summary>Fills bytes with elements of a kind.</summary>
    public void Fill(Span<byte> bytes, ElementKind kind)
    {
        switch (kind)
        {
            case ElementKind.Bytes: FillIntegers(bytes, 1); break;
            case ElementKind.Words: FillIntegers(bytes, 2); break;
            case ElementKind.Doublewords: FillIntegers(bytes, 4); break;
            case ElementKind.Quadwords: FillIntegers(bytes, 8); break;
            case ElementKind.Halves: FillFloats(bytes, 2, 5); break;
            case ElementKind.Singles: FillFloats(bytes, 4, 8); break;
            case ElementKind.Doubles: FillFloats(bytes, 8, 11); break;
            case ElementKind.Extended:
                for (; bytes.Length >= 10; bytes = bytes[10..]) Extended(bytes[..10]);
                random.Fill(bytes);
                break;
            default: random.Fill(bytes); break;
        }
    }

    /// <summary>Fills an 80-bit register: all classes, those included that hardware does not make itself.</summary>
    public void Extended(Span<byte> bytes)
    {
        ulong significand = Significand();
        int exponent = 16383 + center + random.Between(-70, 70);
        switch (random.Below(20))
        {
            case 0: (exponent, significand) = (0, 0); break;
            case 1: (exponent, significand) = (0x7fff, 1UL << 63); break;
            case 2: (exponent, significand) = (0x7fff, 0xc000_0000_0000_0000 | random.Next() >> 2); break;
            case 3: (exponent, significand) = (0x7fff, 0x8000_0000_0000_0001 | random.Next() >> 2); break;
            case 4: (exponent, significand) = (0, random.Next() >> random.Between(1, 63)); break;
            case 5: (exponent, significand) = (random.Pick(0, 0, exponent, 0x7fff, 1), random.Next() >> random.Below(64)); break;
            case 6: exponent = random.Pick(1, 2, 64, 65, 0x7ffe, 0x7ffd, 0x3f81, 0x3f6a, 0x3c01, 0x3bcd, 0x407e, 0x43fe, 0x43ff, 0x407f); break;
            case 7: (exponent, significand) = (16383, 1UL << 63); break;
            case 8 or 9 or 10: exponent = 16383 + random.Between(-2, 66); break;
            case 11: (exponent, significand) = SmallInteger((uint)random.Below(1 << random.Below(20)) + 1); break;
        }
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, significand);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], (ushort)(exponent & 0x7fff | (random.OneIn(2) ? 0x8000 : 0)));
    }

    /// <summary>What the elements of a memory operand are.</summary>
    public static ElementKind KindOf(MemorySize size) => size.GetElementType() switch
    {
        MemorySize.UInt8 or MemorySize.Int8 => ElementKind.Bytes,
        MemorySize.UInt16 or MemorySize.Int16 => ElementKind.Words,
        MemorySize.UInt32 or MemorySize.Int32 => ElementKind.Doublewords,
        MemorySize.UInt64 or MemorySize.Int64 => ElementKind.Quadwords,
        MemorySize.Float16 => ElementKind.Halves,
        MemorySize.Float32 => ElementKind.Singles,
        MemorySize.Float64 => ElementKind.Doubles,
        MemorySize.Float80 => ElementKind.Extended,
        _ => ElementKind.AnyBits,
    };

    private static (int Exponent, ulong Significand) SmallInteger(ulong value)
    {
        int zeros = System.Numerics.BitOperations.LeadingZeroCount(value);
        return (16383 + 63 - zeros, value << zeros);
    }

    /// <summary>A normal significand: any, few bits from either end, or what a narrower format can hold, give or take half a unit.</summary>
    private ulong Significand() => 1UL << 63 | random.Below(6) switch
    {
        0 => 0UL,
        1 => (uint)random.Below(4),
        2 => 0UL - (uint)random.Below(4),
        3 => random.Next() << 40 | (random.OneIn(2) ? 1UL << 39 : 0) | (uint)random.Below(2),
        4 => random.Next() << 11 | (random.OneIn(2) ? 1UL << 10 : 0) | (uint)random.Below(2),
        _ => random.Next(),
    };

    private void FillIntegers(Span<byte> bytes, int size)
    {
        bool any = random.OneIn(4);
        for (int offset = 0; offset < bytes.Length; offset += size)
        {
            ulong value = any ? random.Next() : Integer(8 * size);
            for (int index = 0; index < size && offset + index < bytes.Length; index++) bytes[offset + index] = (byte)(value >> (8 * index));
        }
    }

    private void FillFloats(Span<byte> bytes, int size, int exponentBits)
    {
        for (int offset = 0; offset < bytes.Length; offset += size)
        {
            ulong value = Float(8 * size, exponentBits);
            for (int index = 0; index < size && offset + index < bytes.Length; index++) bytes[offset + index] = (byte)(value >> (8 * index));
        }
    }

    /// <summary>An IEEE value of a format.</summary>
    private ulong Float(int bits, int exponentBits)
    {
        int fractionBits = bits - 1 - exponentBits, bias = (1 << (exponentBits - 1)) - 1, highest = 2 * bias + 1;
        ulong fractionMask = (1UL << fractionBits) - 1, quiet = 1UL << (fractionBits - 1);
        ulong fraction = Significand() << 1 >> (64 - fractionBits);
        if (random.OneIn(3)) fraction = random.Next() & fractionMask;
        int exponent = bias + center % (bias / 2) + random.Between(-fractionBits - 4, fractionBits + 4);
        switch (random.Below(20))
        {
            case 0: (exponent, fraction) = (0, 0); break;
            case 1: (exponent, fraction) = (highest, 0); break;
            case 2: (exponent, fraction) = (highest, quiet | random.Next() & fractionMask); break;
            case 3: (exponent, fraction) = (highest, random.Next() & (quiet - 1) | 1); break;
            case 4: (exponent, fraction) = (0, fraction | 1); break;
            case 5: exponent = random.Pick(1, 2, highest - 1, highest - 2, fractionBits, 0); break;
            case 6: (exponent, fraction) = (bias, 0); break;
            case 7 or 8: exponent = bias + random.Between(-2, 66); break;   // integers, halves, conversion limits
            case 9: fraction = random.Pick(0UL, 1UL, fractionMask, quiet); break;
            case 10: exponent = bias + random.Between(-bias, bias); break;
        }
        exponent = Math.Clamp(exponent, 0, highest);
        return (random.OneIn(2) ? 1UL << (bits - 1) : 0) | (ulong)exponent << fractionBits | fraction;
    }
}
