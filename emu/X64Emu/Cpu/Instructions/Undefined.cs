namespace X64Emu.Cpu.Instructions;

/// <summary>What runs in place of an instruction that does not exist or is not implemented: #UD.</summary>
internal static unsafe class Undefined
{
    public static void Raise(CpuState* c, Op* o)
    {
        Faults.InvalidOpcode(c);
        c->Current = o;
    }
}
