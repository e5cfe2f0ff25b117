using System.Runtime.CompilerServices;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>The register stack as handlers use it. A register operand is 16 * i for ST(i): its distance from ST(0), around the ring.</summary>
/// <remarks>Bounds: a register's offset is masked to the 128 bytes that the eight registers take.</remarks>
internal static unsafe class X87Stack
{
    /// <summary>What an operand counts one register as.</summary>
    public const int Stride = 16;

    private const int RingMask = 7 * Stride;

    /// <summary>The register's host address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* At(CpuState* c, int operand) => (byte*)c + CpuState.X87Offset + (uint)((c->X87Top + operand) & RingMask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsEmpty(CpuState* c, int operand) => (c->X87Tag >> NumberOf(c, operand) & 1) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float80 Read(CpuState* c, int operand) => Float80.Load(At(c, operand));

    /// <summary>Writes the register, which is valid then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(CpuState* c, int operand, Float80 value)
    {
        value.Store(At(c, operand));
        c->X87Tag |= (byte)(1 << NumberOf(c, operand));
    }

    /// <summary>Makes the register empty; its bits stay.</summary>
    public static void Free(CpuState* c, int operand) => c->X87Tag &= (byte)~(1 << NumberOf(c, operand));

    /// <summary>Moves TOP by so many registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Turn(CpuState* c, int count) => c->X87Top = (byte)((c->X87Top + count * Stride) & RingMask);

    /// <summary>Frees ST(0) and makes ST(1) the top.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pop(CpuState* c)
    {
        int top = c->X87Top;
        c->X87Tag &= (byte)~(1 << (top >> 4));
        c->X87Top = (byte)((top + Stride) & RingMask);
    }

    /// <summary>Pushes a value onto a register whose old content is lost.</summary>
    public static void Push(CpuState* c, Float80 value)
    {
        Turn(c, -1);
        Write(c, 0, value);
    }

    /// <summary>Pushes a value and clears C1; false, and nothing changed, when the register is not empty or an exception waits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPush(CpuState* c, ulong significand, int signExponent)
    {
        int flags = c->X87Flags, top = (c->X87Top - Stride) & RingMask, bit = 1 << (top >> 4);
        if ((c->X87Tag & bit) != 0 || (flags & X87State.ErrorSummary) != 0) return false;
        byte* register = (byte*)c + CpuState.X87Offset + (uint)top;
        *(ulong*)register = significand;
        *(ushort*)(register + 8) = (ushort)signExponent;
        c->X87Tag |= (byte)bit;
        c->X87Top = (byte)top;
        c->X87Flags = (ushort)(flags & ~X87State.Condition1);
        return true;
    }

    /// <summary>True when no waiting exception has to be reported and ST(0) holds something.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasTop(CpuState* c) =>
        (c->X87Tag >> (c->X87Top >> 4) & 1) > (c->X87Flags & X87State.ErrorSummary);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int NumberOf(CpuState* c, int operand) => (c->X87Top + operand) >> 4 & 7;
}
