using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions;

/// <summary>Far JMP, CALL and RET: to code segments directly, and in long mode through 64-bit call gates.</summary>
internal static unsafe class SystemFarTransfers
{
    /// <summary>Where the far pointer is.</summary>
    private interface IPointer
    {
        static abstract bool Read<TSize>(CpuState* c, Op* o, out ushort selector, out ulong offset) where TSize : struct, IOperandSize;
    }

    /// <summary>In the instruction: the offset in Immediate, the selector in Displacement.</summary>
    private readonly struct Direct : IPointer
    {
        public static bool Read<TSize>(CpuState* c, Op* o, out ushort selector, out ulong offset) where TSize : struct, IOperandSize
        {
            selector = (ushort)o->Displacement;
            offset = (ulong)o->Immediate;
            return true;
        }
    }

    /// <summary>In memory, the offset first.</summary>
    private readonly struct Indirect : IPointer
    {
        public static bool Read<TSize>(CpuState* c, Op* o, out ushort selector, out ulong offset) where TSize : struct, IOperandSize
        {
            selector = 0;
            ulong address = GeneralAddress.Of(c, o);
            bool stack = (o->Scale & Op.StackReference) != 0;
            if (!GuestAccess.Read<TSize>(c, address, out offset, stack)) return false;
            if (!GuestAccess.Read<Size16>(c, address + (ulong)TSize.Bytes, out ulong wide, stack)) return false;
            selector = (ushort)wide;
            return true;
        }
    }

    /// <summary>Reads the descriptor a far JMP or CALL names.</summary>
    private static bool ReadTarget(CpuState* c, ushort selector, out SegmentDescriptor descriptor)
    {
        descriptor = default;
        if (Selector.IsNull(selector)) return Faults.GeneralProtection(c);
        return Processor.Of(c).Segments.Read(selector, 0, out descriptor);
    }

    /// <summary>Checks a code segment reached directly (Intel SDM Vol. 2A, CALL): conforming ones from any ring further out, others from
    /// their own.</summary>
    private static bool CheckDirect(CpuState* c, ushort selector, in SegmentDescriptor descriptor, ulong offset, out SegmentRegister code)
    {
        code = default;
        Segmentation segments = Processor.Of(c).Segments;
        bool allowed = descriptor.IsConformingCode ? descriptor.Dpl <= c->Cpl : Selector.Rpl(selector) <= c->Cpl && descriptor.Dpl == c->Cpl;
        if (!allowed) return Faults.GeneralProtection(c, Selector.ErrorCode(selector));
        if (!segments.CheckCode(selector, descriptor)) return false;
        code = descriptor.ToRegister((ushort)(selector & 0xfffc | c->Cpl));
        return segments.CheckTarget(code, offset);
    }

    private readonly struct Jump<TSize, TPointer> : IComplexInstruction where TSize : struct, IOperandSize where TPointer : struct, IPointer
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!TPointer.Read<TSize>(c, o, out ushort selector, out ulong offset)) return false;
            if (!ReadTarget(c, selector, out SegmentDescriptor descriptor)) return false;
            SegmentRegister code;
            if (descriptor.IsCode)
            {
                if (!CheckDirect(c, selector, descriptor, offset, out code)) return false;
            }
            else if (!CallGate.Check(c, selector, descriptor, isCall: false, out code, out offset)) return false;
            Processor.Of(c).Segments.EnterCode(code);
            c->Rip = offset;
            return true;
        }
    }

    private readonly struct Call<TSize, TPointer> : IComplexInstruction where TSize : struct, IOperandSize where TPointer : struct, IPointer
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!TPointer.Read<TSize>(c, o, out ushort selector, out ulong offset)) return false;
            if (!ReadTarget(c, selector, out SegmentDescriptor descriptor)) return false;
            if (!descriptor.IsCode) return CallGate.Call(c, selector, descriptor);
            if (!CheckDirect(c, selector, descriptor, offset, out SegmentRegister code)) return false;
            if (!PushReturn<TSize>(c)) return false;
            Processor.Of(c).Segments.EnterCode(code);
            c->Rip = offset;
            return true;
        }

        private static bool PushReturn<TOperand>(CpuState* c) where TOperand : struct, IOperandSize
        {
            byte* frame = stackalloc byte[16];
            TOperand.Store(frame, c->Rip);
            TOperand.Store(frame + TOperand.Bytes, Processor.Of(c).System.Segments[(int)SegmentName.Cs].Selector);
            int length = 2 * TOperand.Bytes;
            ulong stack = StackPointer.Wrap(c, StackPointer.Get(c) - (ulong)length);
            if (!GuestAccess.Write(c, StackPointer.Linear(c, stack), frame, length, GuestAccess.ModeOf(c), stack: true)) return false;
            StackPointer.Set(c, stack);
            return true;
        }
    }

    /// <summary>RETF, and RETF imm16, which releases that many more bytes on both stacks.</summary>
    private readonly struct Return<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            Processor processor = Processor.Of(c);
            ulong released = (ushort)o->Immediate;
            if (!StackPointer.Read<TSize>(c, 0, out ulong target)) return false;
            if (!StackPointer.Read<TSize>(c, TSize.Bytes, out ulong selector)) return false;
            if (!FarReturn.CheckCode(c, (ushort)selector, out SegmentRegister code)) return false;
            int privilege = Selector.Rpl((ushort)selector);
            SegmentRegister stackSegment = processor.Segments[SegmentName.Ss];
            ulong stack = StackPointer.Get(c) + (ulong)(2 * TSize.Bytes) + released;
            if (privilege > c->Cpl)
            {
                int above = 2 * TSize.Bytes + (int)released;
                if (!StackPointer.Read<TSize>(c, above, out stack)) return false;
                if (!StackPointer.Read<TSize>(c, above + TSize.Bytes, out ulong stackSelector)) return false;
                if (!processor.Segments.CheckStack(
                    (ushort)stackSelector, privilege, FarReturn.Is64Bit(c, code), ExceptionVector.GeneralProtection, 0, out stackSegment)) return false;
                stack += released;
            }
            if (!processor.Segments.CheckTarget(code, target)) return false;
            FarReturn.Apply(c, code, stackSegment, privilege, target, stack);
            return true;
        }
    }

    /// <summary>Puts a far pointer in the instruction where <see cref="Direct"/> looks for it.</summary>
    private sealed class DirectBinder<TInstruction> : Binder where TInstruction : struct, IComplexInstruction
    {
        private readonly ComplexBinder<TInstruction> inner = new(Ending.Leave);

        public override bool EndsBlock => true;

        public override Handler Bind(in Instruction instruction, in BindContext context)
        {
            Handler handler = inner.Bind(instruction, context);
            context.Op->Displacement = instruction.FarBranchSelector;
            context.Op->Immediate = instruction.Op0Kind == OpKind.FarBranch16 ? instruction.FarBranch16 : instruction.FarBranch32;
            return handler;
        }
    }

    public static void Register(InstructionTable table)
    {
        table.Add(new DirectBinder<Jump<Size16, Direct>>(), Code.Jmp_ptr1616);
        table.Add(new DirectBinder<Jump<Size32, Direct>>(), Code.Jmp_ptr1632);
        table.Add(new DirectBinder<Call<Size16, Direct>>(), Code.Call_ptr1616);
        table.Add(new DirectBinder<Call<Size32, Direct>>(), Code.Call_ptr1632);
        AddIndirect<Size16>(table, Code.Jmp_m1616, Code.Call_m1616);
        AddIndirect<Size32>(table, Code.Jmp_m1632, Code.Call_m1632);
        AddIndirect<Size64>(table, Code.Jmp_m1664, Code.Call_m1664);
        table.Add(new ComplexBinder<Return<Size16>>(Ending.Leave), Code.Retfw, Code.Retfw_imm16);
        table.Add(new ComplexBinder<Return<Size32>>(Ending.Leave), Code.Retfd, Code.Retfd_imm16);
        table.Add(new ComplexBinder<Return<Size64>>(Ending.Leave), Code.Retfq, Code.Retfq_imm16);
    }

    private static void AddIndirect<TSize>(InstructionTable table, Code jump, Code call) where TSize : struct, IOperandSize
    {
        table.Add(new ComplexBinder<Jump<TSize, Indirect>>(Ending.Leave), jump);
        table.Add(new ComplexBinder<Call<TSize, Indirect>>(Ending.Leave), call);
    }
}
