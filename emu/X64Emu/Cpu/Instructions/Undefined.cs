using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions;

/// <summary>What runs in place of an instruction that does not exist or is not implemented: #UD.</summary>
internal static unsafe class Undefined
{
    public static void Raise(CpuState* c, Op* o)
    {
        Faults.InvalidOpcode(c);
        c->Current = o;
    }

    /// <summary>What runs in place of an instruction of more than 15 bytes: #GP(0).</summary>
    public static void RaiseGeneralProtection(CpuState* c, Op* o)
    {
        Faults.GeneralProtection(c);
        c->Current = o;
    }

    /// <summary>What runs in place of a floating-point instruction while CR0.TS or CR0.EM denies it: #NM.</summary>
    public static void RaiseDeviceNotAvailable(CpuState* c, Op* o)
    {
        Faults.Raise(c, ExceptionVector.DeviceNotAvailable);
        c->Current = o;
    }
}
