using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>IN, OUT, INS and OUTS, with IOPL and the task state's permission bitmap (Intel SDM Vol. 1, 19.5).</summary>
internal static unsafe class SystemPorts
{
    private const int Rax = 0, Rcx = 1, Rdx = 2, Rsi = 6, Rdi = 7;
    private const int MapBaseOffset = 0x66;

    /// <summary>After so many steps a repetition lets the slice end, and goes on as after an interrupt.</summary>
    private const int MostSteps = 4096;

    /// <summary>Whether the present privilege level may use so many ports.</summary>
    private static bool CheckPermission(CpuState* c, ushort port, int sizeBytes)
    {
        if (c->Cpl <= FlagsRegister.IoPrivilegeLevel(c)) return true;
        SegmentRegister task = Processor.Of(c).System.TaskRegister;
        if (!task.IsPresent || task.Limit < MapBaseOffset + 1) return Faults.GeneralProtection(c);
        if (!SystemAccess.Read16(c, task.Base + MapBaseOffset, out ushort mapBase)) return false;
        uint offset = mapBase + (uint)(port >> 3);
        // Two bytes are read whatever the size: the map must end in a byte of ones.
        if (offset + 1 > task.Limit) return Faults.GeneralProtection(c);
        if (!SystemAccess.Read16(c, task.Base + offset, out ushort map)) return false;
        uint wanted = (1u << sizeBytes) - 1 << (port & 7);
        return (map & wanted) == 0 || Faults.GeneralProtection(c);
    }

    private static uint ReadPort(CpuState* c, ushort port, int sizeBytes)
    {
        Processor processor = Processor.Of(c);
        processor.SynchronizeClock();
        processor.DebugUnit.PortAccessed(port, sizeBytes);
        return processor.Ports.Read(port, sizeBytes);
    }

    private static void WritePort(CpuState* c, ushort port, int sizeBytes, uint value)
    {
        Processor processor = Processor.Of(c);
        processor.SynchronizeClock();
        processor.DebugUnit.PortAccessed(port, sizeBytes);
        processor.Ports.Write(port, sizeBytes, value);
    }

    /// <summary>Where the port number is.</summary>
    private interface IPort
    {
        static abstract ushort Of(CpuState* c, Op* o);
    }

    private readonly struct InDx : IPort
    {
        public static ushort Of(CpuState* c, Op* o) => (ushort)c->Gpr[Rdx];
    }

    private readonly struct Immediate : IPort
    {
        public static ushort Of(CpuState* c, Op* o) => (byte)o->Immediate;
    }

    private readonly struct In<TSize, TPort> : IComplexInstruction where TSize : struct, IOperandSize where TPort : struct, IPort
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            ushort port = TPort.Of(c, o);
            if (!CheckPermission(c, port, TSize.Bytes)) return false;
            TSize.WriteRegister((byte*)c + Rax * 8, ReadPort(c, port, TSize.Bytes));
            return true;
        }
    }

    private readonly struct Out<TSize, TPort> : IComplexInstruction where TSize : struct, IOperandSize where TPort : struct, IPort
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            ushort port = TPort.Of(c, o);
            if (!CheckPermission(c, port, TSize.Bytes)) return false;
            WritePort(c, port, TSize.Bytes, (uint)TSize.Load((byte*)c + Rax * 8));
            return true;
        }
    }

    /// <summary>One step of a string instruction between a port and memory.</summary>
    private interface IStringStep
    {
        static abstract int PointerRegister { get; }

        static abstract bool Run<TSize>(CpuState* c, ulong address, ushort port) where TSize : struct, IOperandSize;
    }

    private readonly struct InputStep : IStringStep
    {
        public static int PointerRegister => Rdi;

        public static bool Run<TSize>(CpuState* c, ulong address, ushort port) where TSize : struct, IOperandSize
        {
            // The store must be possible before the device is read: reading may change it.
            CheckedAccess memory = Processor.Of(c).Memory;
            if (memory.Write(address, TSize.Bytes, memory.Mode, stack: false, keep: true) == null)
            {
                c->Exit = ExitReason.Fault;
                return false;
            }
            uint value = ReadPort(c, port, TSize.Bytes);
            c->ExtraStores++;
            return GuestAccess.Write<TSize>(c, address, value);
        }
    }

    private readonly struct OutputStep : IStringStep
    {
        public static int PointerRegister => Rsi;

        public static bool Run<TSize>(CpuState* c, ulong address, ushort port) where TSize : struct, IOperandSize
        {
            if (!GuestAccess.Read<TSize>(c, address, out ulong value)) return false;
            c->ExtraLoads++;
            WritePort(c, port, TSize.Bytes, (uint)value);
            return true;
        }
    }

    /// <summary>INS and OUTS. Scale's address-size bits and Segment are set; Immediate is 1 with REP. A fault in the middle of a repetition
    /// leaves the registers at the step that faulted.</summary>
    private readonly struct StringTransfer<TStep, TSize> : IComplexInstruction where TStep : struct, IStringStep where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            ushort port = (ushort)c->Gpr[Rdx];
            if (!CheckPermission(c, port, TSize.Bytes)) return false;
            int addressSize = o->Scale >> Op.AddressSizeShift & 3;
            bool repeated = o->Immediate != 0;
            ulong segmentBase = *(ulong*)((byte*)c + o->Segment);
            ulong step = (c->SystemFlags & RFlags.Direction) != 0 ? (ulong)-TSize.Bytes : (ulong)TSize.Bytes;
            bool stepping = (c->SystemFlags & RFlags.Trap) != 0;
            RunLoop loop = Processor.Of(c).Loop;
            int budget = stepping ? 1 : MostSteps - (int)loop.TakeStepsBeforeStop();
            while (!repeated || GeneralAddress.Truncate(c->Gpr[Rcx], addressSize) != 0)
            {
                if (budget-- == 0)
                {
                    loop.IsBetweenSteps = true;
                    c->Exit = ExitReason.Stale;
                    return false;
                }
                ulong offset = GeneralAddress.Truncate(c->Gpr[TStep.PointerRegister], addressSize);
                if (!TStep.Run<TSize>(c, segmentBase + offset, port)) return false;
                SetAddressRegister(c, TStep.PointerRegister, offset + step, addressSize);
                if (!repeated) break;
                SetAddressRegister(c, Rcx, c->Gpr[Rcx] - 1, addressSize);
                if (loop.MustStopBetweenSteps && GeneralAddress.Truncate(c->Gpr[Rcx], addressSize) != 0)
                {
                    loop.StepsBeforeStop = MostSteps - budget;
                    c->Exit = ExitReason.Suspended;
                    return false;
                }
            }
            return true;
        }

        private static void SetAddressRegister(CpuState* c, int register, ulong value, int addressSize) =>
            c->Gpr[register] = addressSize == 2 ? c->Gpr[register] & ~0xffffUL | (ushort)value : GeneralAddress.Truncate(value, addressSize);
    }

    private sealed class StringBinder<TStep, TSize> : Binder where TStep : struct, IStringStep where TSize : struct, IOperandSize
    {
        private readonly ComplexBinder<StringTransfer<TStep, TSize>> inner = new(Ending.Leave);

        public override bool EndsBlock => true;

        public override Handler Bind(in Instruction instruction, in BindContext context)
        {
            Handler handler = inner.Bind(instruction, context);
            Op* o = context.Op;
            OpKind memory = instruction.Op0Kind == OpKind.Register ? instruction.Op1Kind : instruction.Op0Kind;
            int addressSize = memory is OpKind.MemorySegRSI or OpKind.MemoryESRDI ? 0 : memory is OpKind.MemorySegESI or OpKind.MemoryESEDI ? 1 : 2;
            Register segment = TStep.PointerRegister == Rdi ? Iced.Intel.Register.ES : instruction.MemorySegment;
            bool segmented = instruction.CodeSize != CodeSize.Code64 || segment is Iced.Intel.Register.FS or Iced.Intel.Register.GS;
            o->Scale = (byte)(addressSize << Op.AddressSizeShift);
            o->Segment = segmented ? Operands.SegmentOffsetOf(segment) : (byte)CpuState.ZeroOffset;
            o->Immediate = instruction.HasRepPrefix || instruction.HasRepnePrefix ? 1 : 0;
            return handler;
        }
    }

    public static void Register(InstructionTable table)
    {
        Add<Size8>(table, Code.In_AL_DX, Code.In_AL_imm8, Code.Out_DX_AL, Code.Out_imm8_AL, Code.Insb_m8_DX, Code.Outsb_DX_m8);
        Add<Size16>(table, Code.In_AX_DX, Code.In_AX_imm8, Code.Out_DX_AX, Code.Out_imm8_AX, Code.Insw_m16_DX, Code.Outsw_DX_m16);
        Add<Size32>(table, Code.In_EAX_DX, Code.In_EAX_imm8, Code.Out_DX_EAX, Code.Out_imm8_EAX, Code.Insd_m32_DX, Code.Outsd_DX_m32);
    }

    private static void Add<TSize>(InstructionTable table, Code inDx, Code inImmediate, Code outDx, Code outImmediate, Code input, Code output)
        where TSize : struct, IOperandSize
    {
        table.Add(new ComplexBinder<In<TSize, InDx>>(Ending.Leave), inDx);
        table.Add(new ComplexBinder<In<TSize, Immediate>>(Ending.Leave), inImmediate);
        table.Add(new ComplexBinder<Out<TSize, InDx>>(Ending.Leave), outDx);
        table.Add(new ComplexBinder<Out<TSize, Immediate>>(Ending.Leave), outImmediate);
        table.Add(new StringBinder<InputStep, TSize>(), input);
        table.Add(new StringBinder<OutputStep, TSize>(), output);
    }
}
