using System.Runtime.CompilerServices;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>How an instruction handler reports an exception: it records what and where, changes nothing else and leaves the chain.</summary>
internal static unsafe class Faults
{
    /// <summary>Leaves the chain with the fault whose vector and error code are recorded already.</summary>
    public static void Record(CpuState* c, Op* o)
    {
        c->Current = o;
        c->Exit = ExitReason.Fault;
    }

    /// <summary>Records an exception for the instruction being executed. Returns false, what a failed execution returns.</summary>
    public static bool Raise(CpuState* c, ExceptionVector vector, uint errorCode = 0)
    {
        c->FaultVector = (byte)vector;
        c->FaultErrorCode = errorCode;
        c->Exit = ExitReason.Fault;
        return false;
    }

    /// <summary>#GP with an error code: a selector, or 0.</summary>
    public static bool GeneralProtection(CpuState* c, uint errorCode = 0) => Raise(c, ExceptionVector.GeneralProtection, errorCode);

    /// <summary>#GP(0) for a branch whose target is not canonical. Not inlined, so that branches need no stack frame.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RaiseBadTarget(CpuState* c, Op* o)
    {
        GeneralProtection(c);
        c->Current = o;
    }

    /// <summary>#UD.</summary>
    public static bool InvalidOpcode(CpuState* c) => Raise(c, ExceptionVector.InvalidOpcode);
}
