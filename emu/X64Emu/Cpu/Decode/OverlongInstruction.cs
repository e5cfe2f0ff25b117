using Iced.Intel;

namespace X64Emu.Cpu.Decode;

/// <summary>Tells instructions that raise #GP for their length (more than 15 bytes, Intel SDM Vol. 2A, 2.3.11) from those that raise #UD.</summary>
internal static class OverlongInstruction
{
    private const int MaxBytes = 15;

    /// <summary>Opcodes that 64-bit mode has given up: they are known to be undefined without a look at what follows.</summary>
    private static ReadOnlySpan<byte> GivenUp =>
        [0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f, 0x37, 0x3f, 0x60, 0x61, 0x9a, 0xce, 0xd4, 0xd5, 0xd6, 0xea];

    /// <summary>Whether the processor would have to read a sixteenth byte of an instruction that could not be decoded.</summary>
    /// <param name="bytes">The instruction and what follows it.</param>
    /// <param name="codeBits">64, 32 or 16.</param>
    /// <param name="options">What the decoder was made with.</param>
    public static bool Is(ReadOnlySpan<byte> bytes, int codeBits, DecoderOptions options)
    {
        int prefixes = 0;
        while (prefixes < bytes.Length && IsPrefix(bytes[prefixes], codeBits)) prefixes++;
        if (prefixes >= MaxBytes) return true;
        // Only the last of several prefixes of a kind counts. Without the others there is room to decode what stands behind them.
        byte[] shorter = new byte[bytes.Length];
        int length = 0;
        for (int index = 0; index < prefixes; index++)
        {
            if (!IsRepeated(bytes[index], bytes[(index + 1)..prefixes], codeBits)) shorter[length++] = bytes[index];
        }
        int dropped = prefixes - length;
        if (dropped == 0 || prefixes == bytes.Length) return false;
        if (codeBits == 64 && GivenUp.Contains(bytes[prefixes])) return prefixes + 1 > MaxBytes;
        bytes[prefixes..].CopyTo(shorter.AsSpan(length));
        Decoder decoder = Decoder.Create(codeBits, new ByteArrayCodeReader(shorter, 0, bytes.Length - dropped), options);
        return decoder.Decode().Length + dropped > MaxBytes;
    }

    /// <summary>A REX prefix counts only right in front of the opcode; others only when none of their kind follows.</summary>
    private static bool IsRepeated(byte prefix, ReadOnlySpan<byte> following, int codeBits)
    {
        if (KindOf(prefix, codeBits) == Kind.Rex) return following.Length > 0;
        foreach (byte other in following)
        {
            if (KindOf(other, codeBits) == KindOf(prefix, codeBits)) return true;
        }
        return false;
    }

    private static bool IsPrefix(byte value, int codeBits) => KindOf(value, codeBits) != Kind.None;

    private enum Kind
    {
        None,
        Lock,
        Repeat,
        Segment,
        OperandSize,
        AddressSize,
        Rex,
    }

    private static Kind KindOf(byte value, int codeBits) => value switch
    {
        0xf0 => Kind.Lock,
        0xf2 or 0xf3 => Kind.Repeat,
        0x26 or 0x2e or 0x36 or 0x3e or 0x64 or 0x65 => Kind.Segment,
        0x66 => Kind.OperandSize,
        0x67 => Kind.AddressSize,
        >= 0x40 and <= 0x4f when codeBits == 64 => Kind.Rex,
        _ => Kind.None,
    };
}
