using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;
using X64Emu.Gdb.Registers;

namespace X64Emu.Gdb.Debuggee;

/// <summary>The image of x87, SSE and AVX registers that FXSAVE64 or XSAVE64 stored (Intel SDM Vol. 1, 10.5.1 and 13.4).</summary>
internal static class SavedStateArea
{
    /// <summary>The length with AVX.</summary>
    public const int LengthBytes = AvxOffset + RegisterCount * HalfBytes;

    /// <summary>The part that FXSAVE stores.</summary>
    public const int LegacyBytes = 512;

    private const int RegisterCount = 16, HalfBytes = 16, StackRegisters = 8;
    private const int StackOffset = 32, XmmOffset = 160, PresentOffset = 512, AvxOffset = 576;
    private const ulong X87Component = 1, SseComponent = 2, AvxComponent = 4;
    private const ushort InitialControl = 0x37f, EmptyTags = 0xffff;
    private const uint InitialMxcsr = 0x1f80;

    /// <summary>Reads an image. A component that it does not hold has its initial values.</summary>
    /// <param name="area">The image.</param>
    /// <param name="isXsave">Whether a header and AVX registers follow the legacy part.</param>
    /// <param name="values">Where the registers go.</param>
    public static void Read(ReadOnlySpan<byte> area, bool isXsave, RegisterValues values)
    {
        ulong present = isXsave ? BinaryPrimitives.ReadUInt64LittleEndian(area[PresentOffset..]) : X87Component | SseComponent;
        ReadX87(area, (present & X87Component) != 0, values);
        bool hasSse = (present & SseComponent) != 0, hasAvx = isXsave && (present & AvxComponent) != 0;
        values.Mxcsr = hasSse || hasAvx ? BinaryPrimitives.ReadUInt32LittleEndian(area[24..]) : InitialMxcsr;
        for (int number = 0; number < RegisterCount; number++)
        {
            Vector128<byte> low = hasSse ? Vector128.Create(area.Slice(XmmOffset + number * HalfBytes, HalfBytes)) : default;
            Vector128<byte> high = hasAvx ? Vector128.Create(area.Slice(AvxOffset + number * HalfBytes, HalfBytes)) : default;
            values.Ymm[number] = Vector256.Create(low, high);
        }
    }

    /// <summary>Writes registers into an image, all components present.</summary>
    public static void Write(Span<byte> area, bool isXsave, RegisterValues values)
    {
        WriteX87(area, values);
        BinaryPrimitives.WriteUInt32LittleEndian(area[24..], values.Mxcsr & 0xffff);
        if (isXsave)
        {
            ulong present = BinaryPrimitives.ReadUInt64LittleEndian(area[PresentOffset..]);
            BinaryPrimitives.WriteUInt64LittleEndian(area[PresentOffset..], present | X87Component | SseComponent | AvxComponent);
        }
        for (int number = 0; number < RegisterCount; number++)
        {
            values.Ymm[number].GetLower().CopyTo(area.Slice(XmmOffset + number * HalfBytes, HalfBytes));
            if (isXsave) values.Ymm[number].GetUpper().CopyTo(area.Slice(AvxOffset + number * HalfBytes, HalfBytes));
        }
    }

    private static void ReadX87(ReadOnlySpan<byte> area, bool isPresent, RegisterValues values)
    {
        values.X87Control = isPresent ? BinaryPrimitives.ReadUInt16LittleEndian(area) : InitialControl;
        values.X87Tag = EmptyTags;
        if (!isPresent) return;
        values.X87Status = BinaryPrimitives.ReadUInt16LittleEndian(area[2..]);
        values.X87Opcode = BinaryPrimitives.ReadUInt16LittleEndian(area[6..]);
        values.X87InstructionPointer = BinaryPrimitives.ReadUInt64LittleEndian(area[8..]);
        values.X87DataPointer = BinaryPrimitives.ReadUInt64LittleEndian(area[16..]);
        for (int index = 0; index < StackRegisters; index++)
        {
            ReadOnlySpan<byte> register = area.Slice(StackOffset + index * HalfBytes, HalfBytes);
            values.X87Stack[index] = (BinaryPrimitives.ReadUInt16LittleEndian(register[8..]), BinaryPrimitives.ReadUInt64LittleEndian(register));
        }
        values.X87Tag = FullTags(area[4], values.X87Status >> 11 & 7, values.X87Stack);
    }

    private static void WriteX87(Span<byte> area, RegisterValues values)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(area, values.X87Control);
        BinaryPrimitives.WriteUInt16LittleEndian(area[2..], values.X87Status);
        int abridged = 0;
        for (int register = 0; register < StackRegisters; register++)
        {
            if ((values.X87Tag >> (2 * register) & 3) != 3) abridged |= 1 << register;
        }
        area[4] = (byte)abridged;
        BinaryPrimitives.WriteUInt16LittleEndian(area[6..], values.X87Opcode);
        BinaryPrimitives.WriteUInt64LittleEndian(area[8..], values.X87InstructionPointer);
        BinaryPrimitives.WriteUInt64LittleEndian(area[16..], values.X87DataPointer);
        for (int index = 0; index < StackRegisters; index++)
        {
            Span<byte> register = area.Slice(StackOffset + index * HalfBytes, HalfBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(register, values.X87Stack[index].Significand);
            BinaryPrimitives.WriteUInt16LittleEndian(register[8..], values.X87Stack[index].SignExponent);
        }
    }

    /// <summary>The full tag word from one bit a physical register, as FSTENV would build it (Intel SDM Vol. 1, 10.5.1.1).</summary>
    private static ushort FullTags(byte abridged, int top, (ushort SignExponent, ulong Significand)[] stack)
    {
        const int Valid = 0, Zero = 1, Special = 2, Empty = 3;
        int tags = 0;
        for (int register = 0; register < StackRegisters; register++)
        {
            (ushort signExponent, ulong significand) = stack[register - top & 7];
            int exponent = signExponent & 0x7fff;
            int tag = (abridged >> register & 1) == 0 ? Empty
                : exponent == 0 && significand == 0 ? Zero
                : exponent is 0 or 0x7fff || BitOperations.LeadingZeroCount(significand) != 0 ? Special : Valid;
            tags |= tag << (2 * register);
        }
        return (ushort)tags;
    }
}
