using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>Descriptor tables and segment registers: reads descriptors, checks what may be loaded, and loads it.</summary>
/// <remarks>Every method that can fault returns false then, with the fault recorded and no register changed.</remarks>
internal sealed unsafe class Segmentation
{
    private readonly Processor processor;
    private readonly CpuState* c;
    private readonly SystemRegisters system;

    public Segmentation(Processor processor)
    {
        this.processor = processor;
        c = processor.State;
        system = processor.System;
    }

    /// <summary>Flat segments as SYSCALL and its kin load them, whatever the tables say (Intel SDM Vol. 2B, SYSCALL).</summary>
    public static SegmentRegister FlatCode(ushort selector, int dpl, bool isLong) =>
        new(selector, 0, uint.MaxValue, (ushort)(0x809b | dpl << 5 | (isLong ? 0x2000 : 0x4000)));

    /// <summary>See <see cref="FlatCode"/>.</summary>
    public static SegmentRegister FlatStack(ushort selector, int dpl) => new(selector, 0, uint.MaxValue, (ushort)(0xc093 | dpl << 5));

    /// <summary>The null stack segment that long mode leaves after a change to an inner ring.</summary>
    public static SegmentRegister NullStack(int privilegeLevel) => new((ushort)privilegeLevel, 0, uint.MaxValue, (ushort)(0xc093 | privilegeLevel << 5));

    public SegmentRegister this[SegmentName name] => system.Segments[(int)name] with { Base = c->SegmentBase[(int)name] };

    /// <summary>Loads a segment register without any check. The caller calls <see cref="Processor.SegmentsChanged"/> after CS or SS.</summary>
    public void Set(SegmentName name, in SegmentRegister value)
    {
        system.Segments[(int)name] = value;
        c->SegmentBase[(int)name] = value.Base;
        c->Selectors[(int)name] = value.Selector;
    }

    /// <summary>Goes on in another code and stack segment at a privilege level.</summary>
    public void Enter(in SegmentRegister code, in SegmentRegister stack, int privilegeLevel)
    {
        Set(SegmentName.Cs, code);
        Set(SegmentName.Ss, stack);
        c->Cpl = (byte)privilegeLevel;
        processor.SegmentsChanged();
    }

    /// <summary>Goes on in another code segment at the same stack.</summary>
    public void EnterCode(in SegmentRegister code)
    {
        Set(SegmentName.Cs, code);
        processor.SegmentsChanged();
    }

    /// <summary>Finds a selector's entry; false when it lies beyond its table.</summary>
    public bool TryLocate(ushort selector, int lengthBytes, out ulong address)
    {
        uint limit;
        if (Selector.IsInLdt(selector))
        {
            address = system.Ldtr.Base;
            limit = system.Ldtr.IsPresent ? system.Ldtr.Limit : 0;
        }
        else
        {
            address = system.Gdtr.Base;
            limit = system.Gdtr.Limit;
        }
        uint offset = selector & 0xfff8u;
        address += offset;
        return offset + (uint)lengthBytes - 1 <= limit;
    }

    /// <summary>Reads an eight-byte descriptor; one beyond the table raises <paramref name="vector"/> with the selector.</summary>
    public bool Read(ushort selector, uint external, out SegmentDescriptor descriptor, ExceptionVector vector = ExceptionVector.GeneralProtection)
    {
        descriptor = default;
        if (!TryLocate(selector, 8, out ulong address)) return Faults.Raise(c, vector, Selector.ErrorCode(selector, external));
        if (!SystemAccess.Read64(c, address, out ulong low)) return false;
        descriptor = new SegmentDescriptor(low);
        return true;
    }

    /// <summary>Reads a system descriptor: sixteen bytes in long mode, eight before.</summary>
    public bool ReadSystem(ushort selector, out SegmentDescriptor descriptor)
    {
        descriptor = default;
        int length = system.IsLongModeActive ? 16 : 8;
        if (!TryLocate(selector, length, out ulong address)) return Faults.GeneralProtection(c, Selector.ErrorCode(selector));
        ulong high = 0;
        if (!SystemAccess.Read64(c, address, out ulong low)) return false;
        if (length == 16 && !SystemAccess.Read64(c, address + 8, out high)) return false;
        descriptor = new SegmentDescriptor(low, high);
        return true;
    }

    /// <summary>Sets the accessed bit in the table, as loading a segment does when it is clear.</summary>
    public bool MarkAccessed(ushort selector, in SegmentDescriptor descriptor) =>
        descriptor.IsAccessed || WriteType(selector, descriptor, descriptor.Type | SegmentDescriptor.AccessedBit);

    /// <summary>Marks a task state busy in the table.</summary>
    public bool MarkBusy(ushort selector, in SegmentDescriptor descriptor) => WriteType(selector, descriptor, SegmentDescriptor.TypeBusyTss);

    private bool WriteType(ushort selector, in SegmentDescriptor descriptor, int type)
    {
        TryLocate(selector, 8, out ulong address);
        return SystemAccess.Write8(c, address + 5, (byte)(descriptor.Low >> 40 & 0xf0 | (uint)type));
    }

    /// <summary>Checks a selector for ES, DS, FS or GS and prepares what it loads (Intel SDM Vol. 2B, MOV).</summary>
    public bool CheckData(ushort selector, out SegmentRegister loaded)
    {
        loaded = new SegmentRegister(selector, 0, 0, 0);
        if (Selector.IsNull(selector)) return true;
        if (!Read(selector, 0, out SegmentDescriptor descriptor)) return false;
        uint code = Selector.ErrorCode(selector);
        if (!descriptor.IsReadable) return Faults.GeneralProtection(c, code);
        bool privileged = Math.Max(Selector.Rpl(selector), c->Cpl) > descriptor.Dpl;
        if (!descriptor.IsConformingCode && privileged) return Faults.GeneralProtection(c, code);
        if (!descriptor.IsPresent) return Faults.Raise(c, ExceptionVector.SegmentNotPresent, code);
        if (!MarkAccessed(selector, descriptor)) return false;
        loaded = descriptor.ToRegister(selector);
        return true;
    }

    /// <summary>Checks a selector for SS at a privilege level and prepares what it loads.</summary>
    /// <param name="selector">The selector.</param>
    /// <param name="privilegeLevel">The privilege level the stack is for.</param>
    /// <param name="into64Bit">Whether 64-bit code will use it: there, outside ring 3, it may be null.</param>
    /// <param name="vector">What a bad selector raises: #GP, or #TS when a task state named it.</param>
    /// <param name="external">The EXT bit of error codes.</param>
    /// <param name="loaded">What to load.</param>
    public bool CheckStack(
        ushort selector, int privilegeLevel, bool into64Bit, ExceptionVector vector, uint external, out SegmentRegister loaded)
    {
        loaded = default;
        uint code = Selector.ErrorCode(selector, external);
        if (Selector.IsNull(selector))
        {
            if (!into64Bit || privilegeLevel == 3 || Selector.Rpl(selector) != privilegeLevel) return Faults.Raise(c, vector, external);
            loaded = NullStack(privilegeLevel);
            return true;
        }
        if (!Read(selector, external, out SegmentDescriptor descriptor, vector)) return false;
        if (Selector.Rpl(selector) != privilegeLevel || !descriptor.IsWritableData || descriptor.Dpl != privilegeLevel)
            return Faults.Raise(c, vector, code);
        if (!descriptor.IsPresent) return Faults.Raise(c, ExceptionVector.StackFault, code);
        if (!MarkAccessed(selector, descriptor)) return false;
        loaded = descriptor.ToRegister(selector);
        return true;
    }

    /// <summary>Checks that a code descriptor can run here: present, not 64-bit and 32-bit at once, and based at zero outside 64-bit mode.</summary>
    public bool CheckCode(ushort selector, in SegmentDescriptor descriptor, uint external = 0)
    {
        uint code = Selector.ErrorCode(selector, external);
        if (system.IsLongModeActive && descriptor.IsLong && descriptor.IsDefault32) return Faults.GeneralProtection(c, code);
        if (!descriptor.IsPresent) return Faults.Raise(c, ExceptionVector.SegmentNotPresent, code);
        if (!(system.IsLongModeActive && descriptor.IsLong) && descriptor.Base != 0)
        {
            ProcessorLog.CodeSegmentBase(processor.Options.Logger, c->Rip, descriptor.Base);
            return Faults.GeneralProtection(c, code);
        }
        return MarkAccessed(selector, descriptor);
    }

    /// <summary>Checks the first instruction's address in a code segment: canonical in 64-bit code, else within its limit.</summary>
    public bool CheckTarget(in SegmentRegister code, ulong target, uint external = 0)
    {
        bool is64Bit = system.IsLongModeActive && code.IsLong;
        return (is64Bit ? Canonical.Is(target) : target <= code.Limit) || Faults.GeneralProtection(c, external);
    }

    /// <summary>After a return to an outer ring: data segments that ring may not have become null (Intel SDM Vol. 3A, 5.8.6).</summary>
    public void DropInnerSegments()
    {
        foreach (SegmentName name in (ReadOnlySpan<SegmentName>)[SegmentName.Es, SegmentName.Ds, SegmentName.Fs, SegmentName.Gs])
        {
            SegmentRegister register = system.Segments[(int)name];
            if (Selector.IsNull(register.Selector)) continue;
            bool conforming = (register.Attributes & 0x1c) == 0x1c;
            if (register.Dpl >= c->Cpl || conforming) continue;
            system.Segments[(int)name] = new SegmentRegister(0, 0, 0, 0);
            c->Selectors[(int)name] = 0;
        }
    }
}
