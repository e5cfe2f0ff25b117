using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>RDFSBASE, RDGSBASE, WRFSBASE and WRGSBASE, which CR4.FSGSBASE lets run at any privilege.</summary>
internal static unsafe class SegmentBases
{
    /// <summary>Which base.</summary>
    private interface ISegment
    {
        static abstract SegmentName Name { get; }
    }

    private readonly struct Fs : ISegment
    {
        public static SegmentName Name => SegmentName.Fs;
    }

    private readonly struct Gs : ISegment
    {
        public static SegmentName Name => SegmentName.Gs;
    }

    private static bool IsAllowed(CpuState* c) => (c->Cr4 & SystemRegisters.Cr4FsGsBase) != 0 || Faults.InvalidOpcode(c);

    private readonly struct Read<TSegment, TSize> : IComplexInstruction where TSegment : struct, ISegment where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!IsAllowed(c)) return false;
            TSize.WriteRegister((byte*)c + o->Destination, c->SegmentBase[(int)TSegment.Name]);
            return true;
        }
    }

    private readonly struct Write<TSegment, TSize> : IComplexInstruction where TSegment : struct, ISegment where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!IsAllowed(c)) return false;
            ulong value = TSize.Load((byte*)c + o->Destination);
            if (!Canonical.Is(value)) return Faults.GeneralProtection(c);
            c->SegmentBase[(int)TSegment.Name] = value;
            return true;
        }
    }

    public static void Register(InstructionTable table)
    {
        table.Add(new ComplexBinder<Read<Fs, Size32>>(Ending.Next), Code.Rdfsbase_r32);
        table.Add(new ComplexBinder<Read<Fs, Size64>>(Ending.Next), Code.Rdfsbase_r64);
        table.Add(new ComplexBinder<Read<Gs, Size32>>(Ending.Next), Code.Rdgsbase_r32);
        table.Add(new ComplexBinder<Read<Gs, Size64>>(Ending.Next), Code.Rdgsbase_r64);
        table.Add(new ComplexBinder<Write<Fs, Size32>>(Ending.Next), Code.Wrfsbase_r32);
        table.Add(new ComplexBinder<Write<Fs, Size64>>(Ending.Next), Code.Wrfsbase_r64);
        table.Add(new ComplexBinder<Write<Gs, Size32>>(Ending.Next), Code.Wrgsbase_r32);
        table.Add(new ComplexBinder<Write<Gs, Size64>>(Ending.Next), Code.Wrgsbase_r64);
    }
}
