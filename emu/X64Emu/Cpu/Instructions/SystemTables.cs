using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions;

/// <summary>Descriptor-table registers: LGDT, LIDT, SGDT, SIDT, LLDT, SLDT, LTR, STR.</summary>
internal static unsafe class SystemTables
{
    private interface ITable
    {
        static abstract DescriptorTable Get(SystemRegisters system);

        static abstract void Set(SystemRegisters system, DescriptorTable value);
    }

    private readonly struct Gdt : ITable
    {
        public static DescriptorTable Get(SystemRegisters system) => system.Gdtr;
        public static void Set(SystemRegisters system, DescriptorTable value) => system.Gdtr = value;
    }

    private readonly struct Idt : ITable
    {
        public static DescriptorTable Get(SystemRegisters system) => system.Idtr;
        public static void Set(SystemRegisters system, DescriptorTable value) => system.Idtr = value;
    }

    /// <summary>LGDT, LIDT. A 16-bit operand loads a 24-bit base.</summary>
    private readonly struct Load<TTable, TSize> : IComplexInstruction where TTable : struct, ITable where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Privilege.RequireRing0(c)) return false;
            ulong address = GeneralAddress.Of(c, o);
            bool stack = (o->Scale & Op.StackReference) != 0;
            if (!GuestAccess.Read<Size16>(c, address, out ulong limit, stack)) return false;
            ulong tableBase;
            if (TSize.Bytes == 8)
            {
                if (!GuestAccess.Read<Size64>(c, address + 2, out tableBase, stack)) return false;
                if (!Canonical.Is(tableBase)) return Faults.GeneralProtection(c);
            }
            else
            {
                if (!GuestAccess.Read<Size32>(c, address + 2, out tableBase, stack)) return false;
                if (TSize.Bytes == 2) tableBase &= 0xff_ffff;
            }
            TTable.Set(Processor.Of(c).System, new DescriptorTable(tableBase, (ushort)limit));
            return true;
        }
    }

    /// <summary>SGDT, SIDT.</summary>
    private readonly struct Store<TTable, TSize> : IComplexInstruction where TTable : struct, ITable where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Privilege.AllowsUserMode(c)) return false;
            DescriptorTable table = TTable.Get(Processor.Of(c).System);
            byte* image = stackalloc byte[10];
            *(ushort*)image = table.Limit;
            *(ulong*)(image + 2) = table.Base;
            int length = TSize.Bytes == 8 ? 10 : 6;
            return GuestAccess.Write(c, GeneralAddress.Of(c, o), image, length, GuestAccess.ModeOf(c), (o->Scale & Op.StackReference) != 0);
        }
    }

    private readonly struct LoadLdt<TOperand> : IComplexInstruction where TOperand : struct, ISystemOperand
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Privilege.RequireRing0(c) || !TOperand.Read<Size16>(c, o, out ulong value)) return false;
            Processor processor = Processor.Of(c);
            ushort selector = (ushort)value;
            if (Selector.IsNull(selector))
            {
                processor.System.Ldtr = new SegmentRegister(selector, 0, 0, 0);
                return true;
            }
            uint code = Selector.ErrorCode(selector);
            if (Selector.IsInLdt(selector)) return Faults.GeneralProtection(c, code);
            if (!processor.Segments.ReadSystem(selector, out SegmentDescriptor descriptor)) return false;
            if (descriptor.IsCodeOrData || descriptor.Type != SegmentDescriptor.TypeLdt) return Faults.GeneralProtection(c, code);
            if (!descriptor.IsPresent) return Faults.Raise(c, ExceptionVector.SegmentNotPresent, code);
            if (!Canonical.Is(descriptor.Base)) return Faults.GeneralProtection(c, code);
            processor.System.Ldtr = descriptor.ToRegister(selector);
            return true;
        }
    }

    private readonly struct LoadTask<TOperand> : IComplexInstruction where TOperand : struct, ISystemOperand
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Privilege.RequireRing0(c) || !TOperand.Read<Size16>(c, o, out ulong value)) return false;
            Processor processor = Processor.Of(c);
            ushort selector = (ushort)value;
            uint code = Selector.ErrorCode(selector);
            if (Selector.IsNull(selector) || Selector.IsInLdt(selector)) return Faults.GeneralProtection(c, code);
            if (!processor.Segments.ReadSystem(selector, out SegmentDescriptor descriptor)) return false;
            if (descriptor.IsCodeOrData || descriptor.Type != SegmentDescriptor.TypeAvailableTss) return Faults.GeneralProtection(c, code);
            if (!descriptor.IsPresent) return Faults.Raise(c, ExceptionVector.SegmentNotPresent, code);
            if (!Canonical.Is(descriptor.Base)) return Faults.GeneralProtection(c, code);
            if (!processor.Segments.MarkBusy(selector, descriptor)) return false;
            processor.System.TaskRegister = descriptor.ToRegister(selector);
            return true;
        }
    }

    private readonly struct StoreLdt<TSize, TOperand> : IComplexInstruction where TSize : struct, IOperandSize where TOperand : struct, ISystemOperand
    {
        public static bool Execute(CpuState* c, Op* o) =>
            Privilege.AllowsUserMode(c) && TOperand.Write<TSize>(c, o, Processor.Of(c).System.Ldtr.Selector);
    }

    private readonly struct StoreTask<TSize, TOperand> : IComplexInstruction where TSize : struct, IOperandSize where TOperand : struct, ISystemOperand
    {
        public static bool Execute(CpuState* c, Op* o) =>
            Privilege.AllowsUserMode(c) && TOperand.Write<TSize>(c, o, Processor.Of(c).System.TaskRegister.Selector);
    }

    public static void Register(InstructionTable table)
    {
        AddLoads<Size16>(table, Code.Lgdt_m1632_16, Code.Lidt_m1632_16);
        AddLoads<Size32>(table, Code.Lgdt_m1632, Code.Lidt_m1632);
        AddLoads<Size64>(table, Code.Lgdt_m1664, Code.Lidt_m1664);
        table.Add(new ComplexBinder<Store<Gdt, Size32>>(Ending.Next), Code.Sgdt_m1632_16, Code.Sgdt_m1632);
        table.Add(new ComplexBinder<Store<Idt, Size32>>(Ending.Next), Code.Sidt_m1632_16, Code.Sidt_m1632);
        table.Add(new ComplexBinder<Store<Gdt, Size64>>(Ending.Next), Code.Sgdt_m1664);
        table.Add(new ComplexBinder<Store<Idt, Size64>>(Ending.Next), Code.Sidt_m1664);
        table.Add(
            new RegisterOrMemoryBinder<LoadLdt<DestinationRegister>, LoadLdt<SelectorInMemory>>(Ending.Next),
            Code.Lldt_rm16, Code.Lldt_r32m16, Code.Lldt_r64m16);
        table.Add(
            new RegisterOrMemoryBinder<LoadTask<DestinationRegister>, LoadTask<SelectorInMemory>>(Ending.Next),
            Code.Ltr_rm16, Code.Ltr_r32m16, Code.Ltr_r64m16);
        AddStores<Size16>(table, Code.Sldt_rm16, Code.Str_rm16);
        AddStores<Size32>(table, Code.Sldt_r32m16, Code.Str_r32m16);
        AddStores<Size64>(table, Code.Sldt_r64m16, Code.Str_r64m16);
    }

    private static void AddLoads<TSize>(InstructionTable table, Code gdt, Code idt) where TSize : struct, IOperandSize
    {
        table.Add(new ComplexBinder<Load<Gdt, TSize>>(Ending.Next), gdt);
        table.Add(new ComplexBinder<Load<Idt, TSize>>(Ending.Next), idt);
    }

    private static void AddStores<TSize>(InstructionTable table, Code ldt, Code task) where TSize : struct, IOperandSize
    {
        table.Add(new RegisterOrMemoryBinder<StoreLdt<TSize, DestinationRegister>, StoreLdt<Size16, SelectorInMemory>>(Ending.Next), ldt);
        table.Add(new RegisterOrMemoryBinder<StoreTask<TSize, DestinationRegister>, StoreTask<Size16, SelectorInMemory>>(Ending.Next), task);
    }
}
