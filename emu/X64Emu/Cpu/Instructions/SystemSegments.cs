using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions;

/// <summary>Segment registers: MOV, PUSH and POP of them, LDS..LGS and LSS, and the questions LAR, LSL, VERR and VERW.</summary>
internal static unsafe class SystemSegments
{
    /// <summary>Checks and loads a segment register other than CS, with what loading SS does to interrupts and traps.</summary>
    private static bool Load(CpuState* c, SegmentName name, ushort selector)
    {
        Processor processor = Processor.Of(c);
        if (!Check(processor, c, name, selector, out SegmentRegister loaded)) return false;
        Apply(processor, name, loaded);
        return true;
    }

    private static bool Check(Processor processor, CpuState* c, SegmentName name, ushort selector, out SegmentRegister loaded) =>
        name == SegmentName.Ss
            ? processor.Segments.CheckStack(selector, c->Cpl, c->CodeBits == 64, ExceptionVector.GeneralProtection, 0, out loaded)
            : processor.Segments.CheckData(selector, out loaded);

    private static void Apply(Processor processor, SegmentName name, in SegmentRegister loaded)
    {
        processor.Segments.Set(name, loaded);
        if (name != SegmentName.Ss) return;
        processor.SegmentsChanged();
        processor.Loop.InterruptShadow = true;
        processor.DebugUnit.ShadowTraps();
    }

    /// <summary>MOV Sreg, r/m.</summary>
    private readonly struct MoveTo<TOperand> : IComplexInstruction where TOperand : struct, ISystemOperand
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (o->Destination == (byte)SegmentName.Cs) return Faults.InvalidOpcode(c);
            return TOperand.Read<Size16>(c, o, out ulong selector) && Load(c, (SegmentName)o->Destination, (ushort)selector);
        }
    }

    /// <summary>MOV r/m, Sreg; a 32 or 64-bit register gets the selector zero-extended.</summary>
    private readonly struct MoveFrom<TSize, TOperand> : IComplexInstruction
        where TSize : struct, IOperandSize where TOperand : struct, ISystemOperand
    {
        public static bool Execute(CpuState* c, Op* o) =>
            TOperand.Write<TSize>(c, o, Processor.Of(c).System.Segments[o->Source].Selector);
    }

    private readonly struct Push<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            ulong stack = StackPointer.Wrap(c, StackPointer.Get(c) - (ulong)TSize.Bytes);
            // A 32-bit push writes only 16 bits on present processors (Intel SDM Vol. 2B, PUSH); the whole slot must be writable all the same.
            ulong selector = Processor.Of(c).System.Segments[o->Destination].Selector;
            if (!GuestAccess.Write<TSize>(c, StackPointer.Linear(c, stack), selector, stack: true)) return false;
            StackPointer.Set(c, stack);
            return true;
        }
    }

    private readonly struct Pop<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            Processor processor = Processor.Of(c);
            SegmentName name = (SegmentName)o->Destination;
            if (!StackPointer.Read<TSize>(c, 0, out ulong selector)) return false;
            if (!Check(processor, c, name, (ushort)selector, out SegmentRegister loaded)) return false;
            StackPointer.Set(c, StackPointer.Get(c) + (ulong)TSize.Bytes);   // in the old stack's width
            Apply(processor, name, loaded);
            return true;
        }
    }

    /// <summary>LDS, LES, LFS, LGS, LSS: offset and selector from memory. The segment's number is in Immediate.</summary>
    private readonly struct LoadFarPointer<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            ulong address = GeneralAddress.Of(c, o);
            bool stack = (o->Scale & Op.StackReference) != 0;
            if (!GuestAccess.Read<TSize>(c, address, out ulong offset, stack)) return false;
            if (!GuestAccess.Read<Size16>(c, address + (ulong)TSize.Bytes, out ulong selector, stack)) return false;
            if (!Load(c, (SegmentName)o->Immediate, (ushort)selector)) return false;
            TSize.WriteRegister((byte*)c + o->Destination, offset);
            return true;
        }
    }

    private sealed class FarPointerBinder<TSize>(SegmentName name) : Binder where TSize : struct, IOperandSize
    {
        private readonly ComplexBinder<LoadFarPointer<TSize>> inner = new(Ending.Leave);

        public override bool EndsBlock => true;

        public override Handler Bind(in Instruction instruction, in BindContext context)
        {
            Handler handler = inner.Bind(instruction, context);
            context.Op->Immediate = (long)name;
            return handler;
        }
    }

    /// <summary>What LAR, LSL, VERR and VERW ask a descriptor.</summary>
    private interface IQuestion
    {
        /// <summary>Whether the descriptor answers, given that its table and privileges allow it.</summary>
        static abstract bool Accepts(in SegmentDescriptor descriptor, bool longMode);

        static abstract ulong Answer(in SegmentDescriptor descriptor);
    }

    private readonly struct AccessRights : IQuestion
    {
        public static bool Accepts(in SegmentDescriptor descriptor, bool longMode) => descriptor.IsCodeOrData
            || (longMode ? descriptor.Type is 2 or 9 or 11 or 12 : descriptor.Type is 1 or 2 or 3 or 4 or 5 or 9 or 11 or 12);

        public static ulong Answer(in SegmentDescriptor descriptor) => descriptor.Low >> 32 & 0x00ff_ff00;
    }

    private readonly struct SegmentLimit : IQuestion
    {
        public static bool Accepts(in SegmentDescriptor descriptor, bool longMode) => descriptor.IsCodeOrData
            || (longMode ? descriptor.Type is 2 or 9 or 11 : descriptor.Type is 1 or 2 or 3 or 9 or 11);

        public static ulong Answer(in SegmentDescriptor descriptor) => descriptor.Limit;
    }

    private readonly struct Readable : IQuestion
    {
        public static bool Accepts(in SegmentDescriptor descriptor, bool longMode) => descriptor.IsReadable;

        public static ulong Answer(in SegmentDescriptor descriptor) => 0;
    }

    private readonly struct Writable : IQuestion
    {
        public static bool Accepts(in SegmentDescriptor descriptor, bool longMode) => descriptor.IsWritableData;

        public static ulong Answer(in SegmentDescriptor descriptor) => 0;
    }

    /// <summary>Reads a descriptor for one of the questions. False when reading faulted; a refusal is <paramref name="accepted"/> false.</summary>
    private static bool Ask<TQuestion>(CpuState* c, ushort selector, out bool accepted, out SegmentDescriptor descriptor)
        where TQuestion : struct, IQuestion
    {
        Processor processor = Processor.Of(c);
        accepted = false;
        descriptor = default;
        if (Selector.IsNull(selector) || !processor.Segments.TryLocate(selector, 8, out ulong address)) return true;
        if (!SystemAccess.Read64(c, address, out ulong low)) return false;
        descriptor = new SegmentDescriptor(low);
        bool privileged = descriptor.IsConformingCode || Math.Max(c->Cpl, Selector.Rpl(selector)) <= descriptor.Dpl;
        accepted = privileged && TQuestion.Accepts(descriptor, processor.System.IsLongModeActive);
        return true;
    }

    /// <summary>LAR and LSL: a register gets the answer, ZF tells whether there is one.</summary>
    private readonly struct Query<TQuestion, TSize, TOperand> : IComplexInstruction
        where TQuestion : struct, IQuestion where TSize : struct, IOperandSize where TOperand : struct, ISystemOperand
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!TOperand.Read<Size16>(c, o, out ulong selector)) return false;
            if (!Ask<TQuestion>(c, (ushort)selector, out bool accepted, out SegmentDescriptor descriptor)) return false;
            if (accepted) TSize.WriteRegister((byte*)c + o->Destination, TQuestion.Answer(descriptor));
            LazyFlags.Update(c, LazyFlags.Zero, accepted ? LazyFlags.Zero : 0);
            return true;
        }
    }

    /// <summary>VERR and VERW.</summary>
    private readonly struct Verify<TQuestion, TOperand> : IComplexInstruction where TQuestion : struct, IQuestion where TOperand : struct, ISystemOperand
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!TOperand.Read<Size16>(c, o, out ulong selector)) return false;
            if (!Ask<TQuestion>(c, (ushort)selector, out bool accepted, out _)) return false;
            LazyFlags.Update(c, LazyFlags.Zero, accepted ? LazyFlags.Zero : 0);
            return true;
        }
    }

    public static void Register(InstructionTable table)
    {
        table.Add(
            new RegisterOrMemoryBinder<MoveTo<SourceRegister>, MoveTo<SelectorInMemory>>(Ending.Leave),
            Code.Mov_Sreg_rm16, Code.Mov_Sreg_r32m16, Code.Mov_Sreg_r64m16);
        AddMoveFrom<Size16>(table, Code.Mov_rm16_Sreg);
        AddMoveFrom<Size32>(table, Code.Mov_r32m16_Sreg);
        AddMoveFrom<Size64>(table, Code.Mov_r64m16_Sreg);
        table.Add(
            new ComplexBinder<Push<Size16>>(Ending.Next),
            Code.Pushw_ES, Code.Pushw_CS, Code.Pushw_SS, Code.Pushw_DS, Code.Pushw_FS, Code.Pushw_GS);
        table.Add(
            new ComplexBinder<Push<Size32>>(Ending.Next),
            Code.Pushd_ES, Code.Pushd_CS, Code.Pushd_SS, Code.Pushd_DS, Code.Pushd_FS, Code.Pushd_GS);
        table.Add(new ComplexBinder<Push<Size64>>(Ending.Next), Code.Pushq_FS, Code.Pushq_GS);
        table.Add(new ComplexBinder<Pop<Size16>>(Ending.Leave), Code.Popw_ES, Code.Popw_SS, Code.Popw_DS, Code.Popw_FS, Code.Popw_GS);
        table.Add(new ComplexBinder<Pop<Size32>>(Ending.Leave), Code.Popd_ES, Code.Popd_SS, Code.Popd_DS, Code.Popd_FS, Code.Popd_GS);
        table.Add(new ComplexBinder<Pop<Size64>>(Ending.Leave), Code.Popq_FS, Code.Popq_GS);
        AddFarPointers<Size16>(table, Code.Les_r16_m1616, Code.Lss_r16_m1616, Code.Lds_r16_m1616, Code.Lfs_r16_m1616, Code.Lgs_r16_m1616);
        AddFarPointers<Size32>(table, Code.Les_r32_m1632, Code.Lss_r32_m1632, Code.Lds_r32_m1632, Code.Lfs_r32_m1632, Code.Lgs_r32_m1632);
        table.Add(new FarPointerBinder<Size64>(SegmentName.Ss), Code.Lss_r64_m1664);
        table.Add(new FarPointerBinder<Size64>(SegmentName.Fs), Code.Lfs_r64_m1664);
        table.Add(new FarPointerBinder<Size64>(SegmentName.Gs), Code.Lgs_r64_m1664);
        AddQuery<Size16>(table, Code.Lar_r16_rm16, Code.Lsl_r16_rm16);
        AddQuery<Size32>(table, Code.Lar_r32_r32m16, Code.Lsl_r32_r32m16);
        AddQuery<Size64>(table, Code.Lar_r64_r64m16, Code.Lsl_r64_r64m16);
        table.Add(
            new RegisterOrMemoryBinder<Verify<Readable, DestinationRegister>, Verify<Readable, SelectorInMemory>>(Ending.Next),
            Code.Verr_rm16, Code.Verr_r32m16, Code.Verr_r64m16);
        table.Add(
            new RegisterOrMemoryBinder<Verify<Writable, DestinationRegister>, Verify<Writable, SelectorInMemory>>(Ending.Next),
            Code.Verw_rm16, Code.Verw_r32m16, Code.Verw_r64m16);
    }

    private static void AddMoveFrom<TSize>(InstructionTable table, Code code) where TSize : struct, IOperandSize => table.Add(
        new RegisterOrMemoryBinder<MoveFrom<TSize, DestinationRegister>, MoveFrom<Size16, SelectorInMemory>>(Ending.Next), code);

    private static void AddFarPointers<TSize>(InstructionTable table, Code es, Code ss, Code ds, Code fs, Code gs) where TSize : struct, IOperandSize
    {
        table.Add(new FarPointerBinder<TSize>(SegmentName.Es), es);
        table.Add(new FarPointerBinder<TSize>(SegmentName.Ss), ss);
        table.Add(new FarPointerBinder<TSize>(SegmentName.Ds), ds);
        table.Add(new FarPointerBinder<TSize>(SegmentName.Fs), fs);
        table.Add(new FarPointerBinder<TSize>(SegmentName.Gs), gs);
    }

    private static void AddQuery<TSize>(InstructionTable table, Code accessRights, Code limit) where TSize : struct, IOperandSize
    {
        table.Add(
            new RegisterOrMemoryBinder<Query<AccessRights, TSize, SourceRegister>, Query<AccessRights, TSize, SelectorInMemory>>(Ending.Next),
            accessRights);
        table.Add(
            new RegisterOrMemoryBinder<Query<SegmentLimit, TSize, SourceRegister>, Query<SegmentLimit, TSize, SelectorInMemory>>(Ending.Next),
            limit);
    }
}
