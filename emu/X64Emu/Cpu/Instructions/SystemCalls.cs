using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>SYSCALL, SYSRET, SYSENTER, SYSEXIT and SWAPGS.</summary>
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
            if ((system.Efer & SystemRegisters.EferSystemCall) == 0 || c->CodeBits != 64) return Faults.InvalidOpcode(c);
            if (c->Cpl == 3) processor.Counters.SystemCalls++;
            ulong flags = FlagsRegister.Read(c) & ~RFlags.Resume;
            c->Gpr[1] = c->Rip;
            c->Gpr[11] = flags;
            c->Rip = system.LStar;
            flags &= ~system.FMask;
            LazyFlags.SetExplicit(c, flags);
            c->SystemFlags = flags & ~LazyFlags.Arithmetic | RFlags.Fixed;
            if ((flags & RFlags.Trap) == 0) processor.DebugUnit.SuppressStepTrap();
            ushort selector = (ushort)(system.Star >> 32 & 0xfffc);
            processor.Segments.Enter(
                Segmentation.FlatCode(selector, 0, isLong: true), Segmentation.FlatStack((ushort)(selector + 8), 0), 0);
            return true;
        }
    }

    /// <summary>SYSRET to 64-bit code with REX.W, else to compatibility mode.</summary>
    private readonly struct SystemReturn<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            Processor processor = Processor.Of(c);
            SystemRegisters system = processor.System;
            if ((system.Efer & SystemRegisters.EferSystemCall) == 0 || c->CodeBits != 64) return Faults.InvalidOpcode(c);
            if (!Privilege.RequireRing0(c)) return false;
            bool isLong = TSize.Bytes == 8;
            ulong target = isLong ? c->Gpr[1] : (uint)c->Gpr[1];
            if (!Canonical.Is(target)) return Faults.GeneralProtection(c);
            ulong flags = c->Gpr[11] & SysretFlags;
            c->Rip = target;
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
            ushort selector = (ushort)(system.SysenterCs & 0xfffc);
            if (selector == 0) return Faults.GeneralProtection(c);
            bool isLong = system.IsLongModeActive;
            if (c->Cpl == 3) processor.Counters.SystemCalls++;
            c->SystemFlags &= ~(RFlags.Virtual8086 | RFlags.Interrupt | RFlags.Resume);
            c->Rip = isLong ? system.SysenterEip : (uint)system.SysenterEip;
            c->Gpr[4] = isLong ? system.SysenterEsp : (uint)system.SysenterEsp;
            processor.Segments.Enter(
                Segmentation.FlatCode(selector, 0, isLong), Segmentation.FlatStack((ushort)(selector + 8), 0), 0);
            return true;
        }
    }

    private readonly struct SystemExit<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            Processor processor = Processor.Of(c);
            ushort selector = (ushort)(processor.System.SysenterCs & 0xfffc);
            if (selector == 0) return Faults.GeneralProtection(c);
            if (!Privilege.RequireRing0(c)) return false;
            bool isLong = TSize.Bytes == 8;
            ulong stack = isLong ? c->Gpr[1] : (uint)c->Gpr[1], target = isLong ? c->Gpr[2] : (uint)c->Gpr[2];
            if (!Canonical.Is(stack) || !Canonical.Is(target)) return Faults.GeneralProtection(c);
            c->Gpr[4] = stack;
            c->Rip = target;
            int code = selector + (isLong ? 32 : 16);
            processor.Segments.Enter(
                Segmentation.FlatCode((ushort)(code | 3), 3, isLong), Segmentation.FlatStack((ushort)(code + 8 | 3), 3), 3);
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
        table.Add(new ComplexBinder<SystemExit<Size32>>(Ending.Leave), Code.Sysexitd);
        table.Add(new ComplexBinder<SystemExit<Size64>>(Ending.Leave), Code.Sysexitq);
        table.Add(new ComplexBinder<SwapGs>(Ending.Next), Code.Swapgs);
    }
}
