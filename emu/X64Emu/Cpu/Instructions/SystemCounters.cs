using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>CPUID, model-specific registers and the time-stamp counter.</summary>
internal static unsafe class SystemCounters
{
    private readonly struct Identify : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            CpuIdLeaf leaf = Processor.Of(c).Identification.Read((uint)c->Gpr[0], (uint)c->Gpr[1]);
            c->Gpr[0] = leaf.Eax;
            c->Gpr[3] = leaf.Ebx;
            c->Gpr[1] = leaf.Ecx;
            c->Gpr[2] = leaf.Edx;
            return true;
        }
    }

    private readonly struct ReadRegister : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Privilege.RequireRing0(c)) return false;
            Processor processor = Processor.Of(c);
            uint number = (uint)c->Gpr[1];
            if (!processor.ModelSpecificRegisters.TryRead(number, out ulong value))
            {
                ProcessorLog.UnknownMsrRead(processor.Options.Logger, o->Rip, number);
                return Faults.GeneralProtection(c);
            }
            SetEdxEax(c, value);
            return true;
        }
    }

    private readonly struct WriteRegister : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Privilege.RequireRing0(c)) return false;
            Processor processor = Processor.Of(c);
            uint number = (uint)c->Gpr[1];
            ulong value = c->Gpr[2] << 32 | (uint)c->Gpr[0];
            if (processor.ModelSpecificRegisters.TryWrite(number, value)) return true;
            ProcessorLog.MsrWriteRefused(processor.Options.Logger, o->Rip, number, value);
            return Faults.GeneralProtection(c);
        }
    }

    private static bool ReadTimeStamp(CpuState* c)
    {
        if (c->Cpl != 0 && (c->Cr4 & SystemRegisters.Cr4TimeStampDisable) != 0) return Faults.GeneralProtection(c);
        SetEdxEax(c, Processor.Of(c).ModelSpecificRegisters.Tsc);
        return true;
    }

    private readonly struct TimeStamp : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o) => ReadTimeStamp(c);
    }

    private readonly struct TimeStampAndProcessor : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!ReadTimeStamp(c)) return false;
            c->Gpr[1] = (uint)Processor.Of(c).System.TscAux;
            return true;
        }
    }

    /// <summary>RDPID: the operand is as wide as the mode.</summary>
    private readonly struct ProcessorNumber : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            Size64.WriteRegister((byte*)c + o->Destination, (uint)Processor.Of(c).System.TscAux);
            return true;
        }
    }

    /// <summary>RDPMC: there are no performance counters to read.</summary>
    private readonly struct PerformanceCounter : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o) => Faults.GeneralProtection(c);
    }

    private static void SetEdxEax(CpuState* c, ulong value)
    {
        c->Gpr[0] = (uint)value;
        c->Gpr[2] = value >> 32;
    }

    public static void Register(InstructionTable table)
    {
        table.Add(new ComplexBinder<Identify>(Ending.Next), Code.Cpuid);
        table.Add(new ComplexBinder<ReadRegister>(Ending.Next), Code.Rdmsr);
        table.Add(new ComplexBinder<WriteRegister>(Ending.Leave), Code.Wrmsr);
        table.Add(new ComplexBinder<TimeStamp>(Ending.Next), Code.Rdtsc);
        table.Add(new ComplexBinder<TimeStampAndProcessor>(Ending.Next), Code.Rdtscp);
        table.Add(new ComplexBinder<ProcessorNumber>(Ending.Next), Code.Rdpid_r32, Code.Rdpid_r64);
        table.Add(new ComplexBinder<PerformanceCounter>(Ending.Next), Code.Rdpmc);
    }
}
