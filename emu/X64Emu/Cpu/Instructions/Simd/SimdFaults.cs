using System.Runtime.CompilerServices;
using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>The faults of vector instructions.</summary>
internal static unsafe class SimdFaults
{
    /// <summary>Raises #GP(0) for a misaligned operand. The fast policy leaves it to its checked twin: an aligned probe misses there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsMisaligned<TMemory, TAlignment>(CpuState* c, Op* o, ulong address)
        where TMemory : struct, IMemoryPolicy where TAlignment : struct, IAlignment
    {
        if (typeof(TMemory) != typeof(CheckedMemory) || (address & TAlignment.Mask) == 0) return false;
        Faults.GeneralProtection(c);
        Faults.Record(c, o);
        return true;
    }

    /// <summary>An unmasked floating-point exception: #XM, or #UD when the system has not said that it handles #XM.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool FloatingPoint(CpuState* c) =>
        Faults.Raise(c, (c->Cr4 & SystemRegisters.Cr4OsXmmExceptions) != 0 ? ExceptionVector.SimdFloatingPoint : ExceptionVector.InvalidOpcode);
}
