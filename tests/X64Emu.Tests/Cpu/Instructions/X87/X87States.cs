using System.Runtime.InteropServices;
using X64Emu.Cpu.Floating;
using X64Emu.Tests.Cpu.Floating;

namespace X64Emu.Tests.Cpu.Instructions.X87;

/// <summary>Random FXRSTOR images and memory operands for <see cref="X87Differential"/>.</summary>
internal static class X87States
{
    public static void Fill(Span<byte> area, Random random)
    {
        area.Clear();
        ushort control = (ushort)(random.Next(0x10) << 8 | random.Next(0x40));
        if (random.Next(2) == 0) control |= 0x3F;
        // Half of the cases as programs run, which is what has a short way.
        if (random.Next(2) == 0) control = 0x37F;
        Write(area, 0, control);
        Write(area, 2, (ushort)StatusFor(control, random));
        area[4] = random.Next(4) switch { 0 => 0xFF, 1 => (byte)random.Next(0x100), _ => (byte)(0xFF ^ 1 << random.Next(8)) };
        Write(area, 24, 0x1F80);
        bool normal = random.Next(3) == 0;
        for (int register = 0; register < 8; register++) Write(area, 32 + 16 * register, normal ? Float80Samples.NextNormal(random) : Float80Samples.Next(random));
        FillOperand(area[X87Differential.Operand..], random);
    }

    private static int StatusFor(ushort control, Random random)
    {
        int status = random.Next(0x80) << 8 & 0x7F00;
        int flags = random.Next(0x40);
        // Flags whose exceptions are not masked would have to be reported first; a few cases do that.
        status |= random.Next(16) == 0 ? flags : flags & control & random.Next(0x40);
        return status;
    }

    private static void FillOperand(Span<byte> operand, Random random)
    {
        random.NextBytes(operand[..X87Differential.OperandBytes]);
        switch (random.Next(5))
        {
            case 0: Write(operand, 0, FloatSamples.NextSingle(random)); break;
            case 1: Write(operand, 0, FloatSamples.NextDouble(random)); break;
            case 2: Write(operand, 0, Float80Samples.Next(random)); break;
            case 3: Write(operand, 0, (long)random.Next(-20, 20)); break;
            default:
                // Packed decimal, most often of decimal digits.
                for (int index = 0; index < 9; index++) operand[index] = (byte)(random.Next(10) << 4 | random.Next(10));
                operand[9] = random.Next(2) == 0 ? (byte)0x80 : (byte)0;
                break;
        }
    }

    private static void Write<T>(Span<byte> area, int offset, T value)
        where T : unmanaged
        => MemoryMarshal.Write(area[offset..], in value);

    private static void Write(Span<byte> area, int offset, Float80 value)
    {
        Write(area, offset, value.Significand);
        Write(area, offset + 8, value.SignExponent);
    }
}
