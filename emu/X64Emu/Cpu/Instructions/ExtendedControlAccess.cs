using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Instructions.Simd;

namespace X64Emu.Cpu.Instructions;

/// <summary>XGETBV and XSETBV (Intel SDM Vol. 2D).</summary>
internal static unsafe class ExtendedControlAccess
{
    private static bool IsAnnounced(CpuState* c) => (c->Cr4 & SystemRegisters.Cr4OsXsave) != 0 || Faults.InvalidOpcode(c);

    /// <summary>XGETBV: ECX 0 is XCR0, 1 is what of it is in use.</summary>
    private readonly struct Get : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!IsAnnounced(c)) return false;
            uint number = (uint)c->Gpr[1];
            if (number > 1) return Faults.GeneralProtection(c);
            ulong value = Processor.Of(c).System.Xcr0;
            if (number == 1) value &= ComponentsInUse.WithMxcsr(c);
            c->Gpr[0] = (uint)value;
            c->Gpr[2] = value >> 32;
            return true;
        }
    }

    /// <summary>XSETBV: there is nothing but XCR0 to set.</summary>
    private readonly struct Set : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!IsAnnounced(c) || !Privilege.RequireRing0(c)) return false;
            if ((uint)c->Gpr[1] != 0) return Faults.GeneralProtection(c);
            return Processor.Of(c).ControlRegisters.WriteXcr0(c->Gpr[2] << 32 | (uint)c->Gpr[0]);
        }
    }

    public static void Register(InstructionTable table)
    {
        table.Add(new ComplexBinder<Get>(Ending.Next), Code.Xgetbv);
        table.Add(new ComplexBinder<Set>(Ending.Leave), Code.Xsetbv);
    }
}
