using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions;

/// <summary>What far returns and interrupt returns have in common: the way back to the same or an outer ring.</summary>
internal static unsafe class FarReturn
{
    public static bool Is64Bit(CpuState* c, in SegmentRegister code) => Processor.Of(c).System.IsLongModeActive && code.IsLong;

    /// <summary>Checks the code selector that was popped: its RPL is the privilege level returned to.</summary>
    public static bool CheckCode(CpuState* c, ushort selector, out SegmentRegister code)
    {
        code = default;
        Segmentation segments = Processor.Of(c).Segments;
        if (Selector.IsNull(selector)) return Faults.GeneralProtection(c);
        if (!segments.Read(selector, 0, out SegmentDescriptor descriptor)) return false;
        int privilege = Selector.Rpl(selector);
        bool fits = descriptor.IsConformingCode ? descriptor.Dpl <= privilege : descriptor.Dpl == privilege;
        if (!descriptor.IsCode || privilege < c->Cpl || !fits) return Faults.GeneralProtection(c, Selector.ErrorCode(selector));
        if (!segments.CheckCode(selector, descriptor)) return false;
        code = descriptor.ToRegister(selector);
        return true;
    }

    /// <summary>Goes back; everything is checked.</summary>
    public static void Apply(CpuState* c, in SegmentRegister code, in SegmentRegister stackSegment, int privilege, ulong target, ulong stack)
    {
        Segmentation segments = Processor.Of(c).Segments;
        bool outer = privilege > c->Cpl;
        segments.Enter(code, stackSegment, privilege);
        StackPointer.Set(c, stack);
        c->Rip = target;
        if (outer) segments.DropInnerSegments();
    }
}
