using Iced.Intel;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Results that manuals bound by an error and do not fix: the emulated value is taken for the host's when it is near enough.</summary>
internal static unsafe class Tolerances
{
    private const ushort RoundedUp = 0x200;

    /// <summary>The transcendental functions: one unit in the last place of ST0 and ST1, and C1, which tells how the last bit was rounded.</summary>
    public static void LastPlace(in Instruction instruction, CaseInput* input, CaseOutcome* host, CaseOutcome* emulated)
    {
        _ = instruction;
        _ = input;
        ushort* status = (ushort*)(emulated->Xsave + XsaveLayout.Status);
        *status = (ushort)(*status & ~RoundedUp | *(ushort*)(host->Xsave + XsaveLayout.Status) & RoundedUp);
        for (int index = 0; index < 2; index++)
        {
            byte* wanted = host->Xsave + XsaveLayout.Stack + 16 * index, found = emulated->Xsave + XsaveLayout.Stack + 16 * index;
            UInt128 first = Ordered(wanted), second = Ordered(found);
            if ((*(ushort*)(wanted + 8) & 0x8000) != (*(ushort*)(found + 8) & 0x8000) || (first > second ? first - second : second - first) > 1) continue;
            *(UInt128*)found = *(UInt128*)wanted;
        }
    }

    /// <summary>Exponent and fraction as one number, in which neighbours differ by one.</summary>
    private static UInt128 Ordered(byte* register) =>
        (UInt128)(*(ushort*)(register + 8) & 0x7fffu) << 63 | *(ulong*)register & long.MaxValue;
}
