using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Instructions.Simd;
using X64Emu.Cpu.Instructions.X87;

namespace X64Emu.Cpu.Instructions;

/// <summary>The list of instruction families. Each says in its Register method which codes it implements.</summary>
internal static class Registrations
{
    public static void AddAll(InstructionTable table)
    {
        Arithmetic.Register(table);
        Moves.Register(table);
        Stack.Register(table);
        ControlFlow.Register(table);
        Conditionals.Register(table);
        SimdSystem.Register(table);
        Shifts.Register(table);
        DoubleShifts.Register(table);
        Multiplication.Register(table);
        Division.Register(table);
        BitTests.Register(table);
        BitCounting.Register(table);
        BitManipulation.Register(table);
        CarryChains.Register(table);
        ByteOrder.Register(table);
        Exchanges.Register(table);
        Strings.Register(table);
        SystemCalls.Register(table);
        SystemControl.Register(table);
        SystemCounters.Register(table);
        SystemFarTransfers.Register(table);
        SystemInterrupts.Register(table);
        SystemPorts.Register(table);
        SystemSegments.Register(table);
        SystemState.Register(table);
        SystemTables.Register(table);
        OtherStack.Register(table);
        OtherControlFlow.Register(table);
        FlagInstructions.Register(table);
        DecimalAdjust.Register(table);
        Miscellaneous.Register(table);
        ExtendedControlAccess.Register(table);
        ExtendedState.Register(table);
        SegmentBases.Register(table);
        RandomNumbers.Register(table);

        // The more usual ones first.
        table.AddLater(SimdMoves.Register);
        table.AddLater(PackedIntegers.Register);
        table.AddLater(ElementMoves.Register);
        table.AddLater(LaterPackedIntegers.Register);
        table.AddLater(X87Control.Register);
        table.AddLater(X87Loads.Register);
        table.AddLater(X87Stores.Register);
        table.AddLater(X87Moves.Register);
        table.AddLater(X87Arithmetic.Register);
        table.AddLater(X87Comparison.Register);
        table.AddLater(X87Functions.Register);
        table.AddLater(X87Transcendental.Register);
        table.AddLater(SimdConversions.Register);
        table.AddLater(SimdFloatingPoint.RegisterArithmetic);
        table.AddLater(SimdFloatingPoint.RegisterComparisons);
        table.AddLater(SimdFloatingPoint.RegisterSelection);
        table.AddLater(SimdFloatingPoint.RegisterEstimates);
        table.AddLater(SimdFloatingPoint.RegisterHorizontal);
        table.AddLater(FloatShuffles.Register);
        table.AddLater(FusedMultiplyAddInstructions.Register);
        table.AddLater(DotProducts.Register);
        table.AddLater(MaskedMoves.Register);
        table.AddLater(MaskedByteStores.Register);
        table.AddLater(Gathers.Register);
        table.AddLater(MmxInstructions.Register);
        table.AddLater(Cryptography.Register);
    }
}
