using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Registers the encodings of an operation side by side. Legacy SSE wants its 16-byte memory operands aligned, VEX does not (Intel SDM
/// Vol. 1, 14.9). <see cref="Code.INVALID"/> stands for a form that does not exist.</summary>
internal static class VectorForms
{
    /// <summary>One operation for 16 bytes and one for 32. Say <paramref name="mayFault"/> when register operands can make it fault.</summary>
    public static void Packed<TOperation, TWide>(InstructionTable table, bool mayFault, Code legacy, Code vex128, Code vex256)
        where TOperation : struct, ISimdOperation where TWide : struct, ISimdOperation
    {
        Add<TOperation, Size128, Aligned16, Legacy>(table, ExecutionUnit.Sse, mayFault, legacy);
        Add<TOperation, Size128, Unaligned, Vex128>(table, ExecutionUnit.Avx, mayFault, vex128);
        Add<TWide, Size256, Unaligned, Vex256>(table, ExecutionUnit.Avx, mayFault, vex256);
    }

    /// <summary>An operation that cannot fault and does the same to each half of a YMM register.</summary>
    public static void Lanes<TOperation>(InstructionTable table, Code legacy, Code vex128, Code vex256) where TOperation : struct, ISimdOperation =>
        Packed<TOperation, BothLanes<TOperation>>(table, mayFault: false, legacy, vex128, vex256);

    /// <summary>An operation whose memory operand is smaller than a register and need not be aligned.</summary>
    public static void Scalar<TOperation, TSize>(InstructionTable table, bool mayFault, Code legacy, Code vex)
        where TOperation : struct, ISimdOperation where TSize : struct, IOperandSize
    {
        Add<TOperation, TSize, Unaligned, Legacy>(table, ExecutionUnit.Sse, mayFault, legacy);
        Add<TOperation, TSize, Unaligned, Vex128>(table, ExecutionUnit.Avx, mayFault, vex);
    }

    /// <summary>One form between XMM or YMM registers and memory.</summary>
    public static void Add<TOperation, TSize, TAlignment, TEncoding>(InstructionTable table, ExecutionUnit unit, bool mayFault, Code code)
        where TOperation : struct, ISimdOperation where TSize : struct, IOperandSize where TAlignment : struct, IAlignment where TEncoding : struct, IEncoding
    {
        if (code == Code.INVALID) return;
        table.Add(new SimdLoadBinder<TOperation, TOperation, XmmFile, XmmFile, TSize, TAlignment, TEncoding>(unit, mayFault), [code]);
    }
}
