using Iced.Intel;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Results that manuals bound by an error and do not fix: the emulated value is taken for the host's when it is near enough.</summary>
internal static unsafe class Tolerances
{
    /// <summary>Both estimates may be wrong by this much, relatively (Intel SDM Vol. 2B, RCPPS).</summary>
    private const double EstimateError = 1.5 / 4096;

    private const ushort RoundedUp = 0x200;
    private const int VectorRegisters = 16;

    /// <summary>RCPPS and its kin: every element of a register that differs must be a near finite value.</summary>
    public static void Estimate(in Instruction instruction, CaseInput* input, CaseOutcome* host, CaseOutcome* emulated)
    {
        _ = instruction;
        _ = input;
        foreach (int file in (ReadOnlySpan<int>)[XsaveLayout.Xmm, XsaveLayout.YmmHigh])
        {
            uint* wanted = (uint*)(host->Xsave + file), found = (uint*)(emulated->Xsave + file);
            for (int element = 0; element < 4 * VectorRegisters; element++)
            {
                float exact = BitConverter.UInt32BitsToSingle(wanted[element]), near = BitConverter.UInt32BitsToSingle(found[element]);
                if (float.IsFinite(exact) && Math.Abs((double)near - exact) <= 2 * EstimateError * Math.Abs((double)exact)) found[element] = wanted[element];
            }
        }
    }

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
