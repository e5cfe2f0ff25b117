using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>SYSCALL, SYSRET, SYSENTER, SYSEXIT and SWAPGS, as AMD's processors have them (AMD APM Vol. 3): SYSCALL exists in every mode,
/// SYSENTER and SYSEXIT do not in long mode, and SYSRET to an address that is not canonical faults at that address, in ring 3.</summary>
internal static unsafe class SystemCalls
{
    /// <summary>The flags SYSRET takes from R11 (Intel SDM Vol. 2B, SYSRET); the rest are cleared, bit 1 is set.</summary>
    private const ulong SysretFlags = 0x3c_7fd7;

    private readonly struct SystemCall : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            Processor processor = Processor.Of(c);
            SystemRegisters system = processor.System;
            switch (processor.SystemCallHook?.Invoke() ?? HookResult.Default)
            {
                case HookResult.Handled:
                    processor.Counters.SystemCalls++;
                    return true;
                case HookResult.Stop:
                    processor.Counters.SystemCalls++;
                    processor.Loop.PendingStop = StopReason.SystemCall;
                    return true;
            }
            if ((system.Efer & SystemRegisters.EferSystemCall) == 0) return Faults.InvalidOpcode(c);
            if (c->Cpl == 3) processor.Counters.SystemCalls++;
            ulong flags = FlagsRegister.Read(c) & ~RFlags.Resume;
            c->Gpr[1] = c->Rip;
            bool isLong = system.IsLongModeActive;
            if (isLong)
            {
                c->Gpr[11] = flags;
                c->Rip = c->CodeBits == 64 ? system.LStar : system.CStar;
                flags &= ~system.FMask;
            }
            else
            {
                c->Rip = (uint)system.Star;
                flags &= ~(RFlags.Interrupt | RFlags.Virtual8086);
            }
            LazyFlags.SetExplicit(c, flags);
            c->SystemFlags = flags & ~LazyFlags.Arithmetic | RFlags.Fixed;
            if ((flags & RFlags.Trap) == 0) processor.DebugUnit.SuppressStepTrap();
            ushort selector = (ushort)(system.Star >> 32 & 0xfffc);
            processor.Segments.Enter(Segmentation.FlatCode(selector, 0, isLong), Segmentation.FlatStack((ushort)(selector + 8), 0), 0);
            return true;
        }
    }

    /// <summary>SYSRET to 64-bit code with REX.W, else to compatibility mode; outside long mode to 32-bit code, with interrupts on.</summary>
    private readonly struct SystemReturn<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            Processor processor = Processor.Of(c);
            SystemRegisters system = processor.System;
            if ((system.Efer & SystemRegisters.EferSystemCall) == 0) return Faults.InvalidOpcode(c);
            if (!Privilege.RequireRing0(c)) return false;
            bool isLong = TSize.Bytes == 8;
            ulong flags = system.IsLongModeActive ? c->Gpr[11] & SysretFlags : FlagsRegister.Read(c) | RFlags.Interrupt;
            c->Rip = isLong ? c->Gpr[1] : (uint)c->Gpr[1];
            LazyFlags.SetExplicit(c, flags);
            c->SystemFlags = flags & ~(LazyFlags.Arithmetic | RFlags.Resume | RFlags.Virtual8086) | RFlags.Fixed;
            int selector = (int)(system.Star >> 48 & 0xffff);
            processor.Segments.Enter(
                Segmentation.FlatCode((ushort)((isLong ? selector + 16 : selector) | 3), 3, isLong),
                Segmentation.FlatStack((ushort)(selector + 8 | 3), 3), 3);
            return true;
        }
    }

    private readonly struct SystemEnter : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            Processor processor = Processor.Of(c);
            SystemRegisters system = processor.System;
            if (system.IsLongModeActive) return Faults.InvalidOpcode(c);
            ushort selector = (ushort)(system.SysenterCs & 0xfffc);
            if (selector == 0) return Faults.GeneralProtection(c);
            if (c->Cpl == 3) processor.Counters.SystemCalls++;
            c->SystemFlags &= ~(RFlags.Virtual8086 | RFlags.Interrupt | RFlags.Resume);
            c->Rip = (uint)system.SysenterEip;
            c->Gpr[4] = (uint)system.SysenterEsp;
            processor.Segments.Enter(Segmentation.FlatCode(selector, 0, isLong: false), Segmentation.FlatStack((ushort)(selector + 8), 0), 0);
            return true;
        }
    }

    private readonly struct SystemExit : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Privilege.RequireRing0(c)) return false;
            Processor processor = Processor.Of(c);
            if (processor.System.IsLongModeActive) return Faults.InvalidOpcode(c);
            int selector = (int)(processor.System.SysenterCs & 0xfffc);
            if (selector == 0) return Faults.GeneralProtection(c);
            c->Gpr[4] = (uint)c->Gpr[1];
            c->Rip = (uint)c->Gpr[2];
            processor.Segments.Enter(
                Segmentation.FlatCode((ushort)(selector + 16 | 3), 3, isLong: false), Segmentation.FlatStack((ushort)(selector + 24 | 3), 3), 3);
            return true;
        }
    }

    private readonly struct SwapGs : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Privilege.RequireRing0(c)) return false;
            SystemRegisters system = Processor.Of(c).System;
            ulong active = c->SegmentBase[(int)SegmentName.Gs];
            c->SegmentBase[(int)SegmentName.Gs] = system.KernelGsBase;
            system.KernelGsBase = active;
            return true;
        }
    }

    public static void Register(InstructionTable table)
    {
        table.Add(new ComplexBinder<SystemCall>(Ending.Leave), Code.Syscall);
        table.Add(new ComplexBinder<SystemReturn<Size32>>(Ending.Leave), Code.Sysretd);
        table.Add(new ComplexBinder<SystemReturn<Size64>>(Ending.Leave), Code.Sysretq);
        table.Add(new ComplexBinder<SystemEnter>(Ending.Leave), Code.Sysenter);
        table.Add(new ComplexBinder<SystemExit>(Ending.Leave), Code.Sysexitd, Code.Sysexitq);
        table.Add(new ComplexBinder<SwapGs>(Ending.Next), Code.Swapgs);
    }
}
