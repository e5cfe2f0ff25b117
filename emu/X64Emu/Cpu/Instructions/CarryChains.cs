using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>ADCX and ADOX: add with a flag as carry in and out, and leave the other flags alone.</summary>
internal static unsafe class CarryChains
{
    /// <summary>ADCX: the flag is CF.</summary>
    private readonly struct Adcx : IBinaryOperation
    {
        public static bool WritesDestination => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse =>
            Add<TSize, TFlags>(c, a, b, LazyFlags.IsCarry(c), LazyFlags.Carry);
    }

    /// <summary>ADOX: the flag is OF.</summary>
    private readonly struct Adox : IBinaryOperation
    {
        public static bool WritesDestination => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse =>
            Add<TSize, TFlags>(c, a, b, LazyFlags.IsOverflow(c), LazyFlags.Overflow);
    }

    private static ulong Add<TSize, TFlags>(CpuState* c, ulong a, ulong b, bool carry, ulong flag) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong partial = a + b, sum = partial + (carry ? 1UL : 0);
        if (TFlags.Live)
        {
            bool carriesOut = TSize.Bytes == 8 ? partial < a || sum < partial : sum >> 32 != 0;
            LazyFlags.Update(c, flag, carriesOut ? flag : 0);
        }
        return sum;
    }

    public static void Register(InstructionTable table)
    {
        table.Add(new BinaryBinder<Adcx>(), Mnemonic.Adcx);
        table.Add(new BinaryBinder<Adox>(), Mnemonic.Adox);
    }
}
