using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>The x87 registers as control instructions see them: control, status and tag words, and the data registers as 10-byte images.</summary>
/// <remarks>Data registers are kept by physical number, 16 bytes apart; ST(i) is the one TOP + i names.</remarks>
internal static unsafe class X87State
{
    public const ushort InitialControl = 0x37F;
    public const int RegisterBytes = 10;

    /// <summary>Bits of the status word.</summary>
    public const int StackFault = 0x40, ErrorSummary = 0x80, Condition0 = 0x100, Condition1 = 0x200, Condition2 = 0x400, Condition3 = 0x4000;

    private const int Exceptions = 0x3F;
    private const int Busy = 0x8000;

    /// <summary>What FNINIT leaves: all exceptions masked, 64-bit precision, an empty stack. The data registers keep their bits.</summary>
    public static void Initialize(CpuState* c)
    {
        c->X87Control = InitialControl;
        c->X87Status = 0;
        c->X87Tag = 0;
        c->X87Opcode = c->X87InstructionSelector = c->X87DataSelector = 0;
        c->X87InstructionPointer = c->X87DataPointer = 0;
    }

    /// <summary>Clears the exception flags, the stack fault, the error summary and busy bits.</summary>
    public static void ClearExceptions(CpuState* c) => c->X87Status &= unchecked((ushort)~(Exceptions | StackFault | ErrorSummary | Busy));

    /// <summary>Makes the error summary and busy bits follow from flags and masks, after either was loaded.</summary>
    public static void UpdateSummary(CpuState* c)
    {
        bool pending = (c->X87Status & ~c->X87Control & Exceptions) != 0;
        c->X87Status = (ushort)(pending ? c->X87Status | ErrorSummary | Busy : c->X87Status & ~(ErrorSummary | Busy));
    }

    /// <summary>Whether an unmasked exception waits to be reported.</summary>
    public static bool IsPending(CpuState* c) => (c->X87Flags & ErrorSummary) != 0;

    /// <summary>Raises #MF when an unmasked exception is pending, as every waiting instruction does first. False when it did.</summary>
    public static bool CheckPending(CpuState* c) =>
        !IsPending(c) || Faults.Raise(c, ExceptionVector.X87FloatingPoint);

    /// <summary>What every MMX instruction but EMMS does first: reports a pending exception, then makes TOP 0 and all registers valid, so that
    /// MMn is physical register n (Intel SDM Vol. 1, 9.5.1). False when it raised #MF. An instruction that may fault on memory, or write a
    /// register, does so afterwards; a written register's exponent and sign become all ones.</summary>
    public static bool EnterMmx(CpuState* c)
    {
        if (!CheckPending(c)) return false;
        c->X87Tag = 0xFF;
        c->X87Top = 0;
        return true;
    }

    /// <summary>ST(<paramref name="index"/>).</summary>
    public static byte* Stack(CpuState* c, int index) => Physical(c, (c->X87Top >> 4) + index);

    /// <summary>The tag word of FSTENV: two bits a physical register, 0 valid, 1 zero, 2 special, 3 empty (Intel SDM Vol. 1, 8.1.7).</summary>
    public static ushort FullTagWord(CpuState* c)
    {
        int tags = 0;
        for (int register = 0; register < 8; register++)
        {
            int tag = (c->X87Tag >> register & 1) == 0 ? 3 : ClassOf(Physical(c, register));
            tags |= tag << (2 * register);
        }
        return (ushort)tags;
    }

    /// <summary>One bit a register, set unless its tag says empty.</summary>
    public static byte Abridge(ushort tagWord)
    {
        int abridged = 0;
        for (int register = 0; register < 8; register++)
        {
            if ((tagWord >> (2 * register) & 3) != 3) abridged |= 1 << register;
        }
        return (byte)abridged;
    }

    private static byte* Physical(CpuState* c, int register) => (byte*)c + CpuState.X87Offset + (register & 7) * 16;

    private static int ClassOf(byte* register)
    {
        ulong significand = *(ulong*)register;
        int exponent = *(ushort*)(register + 8) & 0x7FFF;
        if (exponent == 0) return significand == 0 ? 1 : 2;
        return exponent == 0x7FFF || (long)significand >= 0 ? 2 : 0;
    }
}
