using Iced.Intel;
using X64Emu.Paging;

namespace X64Emu.Cpu;

/// <summary>Writes to CR0, CR3, CR4, CR8 and XCR0: which values are allowed and what follows from them (Intel SDM Vol. 3A, 2.5 and 4.10.4.1).</summary>
/// <remarks>Each method returns false with #GP recorded, and nothing changed, when the value is not allowed.</remarks>
internal sealed unsafe class ControlRegisters
{
    private const ulong Cr0Writable = 0xe005_002f;
    private const ulong Cr0NotWriteThrough = 1 << 29, Cr0CacheDisable = 1 << 30;
    private const ulong Cr3Reserved = ~((1UL << PageTableEntry.PhysicalAddressBits) - 1);
    private const ulong Cr3Keep = 1UL << 63;

    private const ulong Cr4AlwaysWritable = SystemRegisters.Cr4TimeStampDisable | SystemRegisters.Cr4DebuggingExtensions | SystemRegisters.Cr4PageSize
        | SystemRegisters.Cr4PhysicalAddressExtension | SystemRegisters.Cr4GlobalPages | SystemRegisters.Cr4PerformanceCounters
        | SystemRegisters.Cr4OsFxsr | SystemRegisters.Cr4OsXmmExceptions | SystemRegisters.Cr4Umip | SystemRegisters.Cr4ProcessContexts
        | SystemRegisters.Cr4Smep | SystemRegisters.Cr4Smap;

    private readonly Processor processor;
    private readonly CpuState* c;
    private readonly SystemRegisters system;
    private readonly ulong cr4Writable;

    public ControlRegisters(Processor processor)
    {
        this.processor = processor;
        c = processor.State;
        system = processor.System;
        cr4Writable = Cr4AlwaysWritable
            | (processor.Model.Has(CpuidFeature.XSAVE) ? SystemRegisters.Cr4OsXsave : 0)
            | (processor.Model.Has(CpuidFeature.FSGSBASE) ? SystemRegisters.Cr4FsGsBase : 0);
    }

    /// <summary>CR3 as MOV reads it.</summary>
    public ulong Cr3 => processor.Mmu.Cr3;

    /// <summary>CR8: the task priority, 0..15.</summary>
    public ulong Cr8 => processor.LocalApic is { } apic ? (ulong)(apic.TaskPriority >> 4) : system.Cr8;

    public bool WriteCr0(ulong value)
    {
        if (value >> 32 != 0) return Faults.GeneralProtection(c);
        value = value & Cr0Writable | SystemRegisters.Cr0ExtensionType;
        bool paging = (value & SystemRegisters.Cr0Paging) != 0, pagingBefore = (c->Cr0 & SystemRegisters.Cr0Paging) != 0;
        if ((value & (Cr0NotWriteThrough | Cr0CacheDisable)) == Cr0NotWriteThrough) return Faults.GeneralProtection(c);
        if ((value & SystemRegisters.Cr0ProtectionEnable) == 0)
        {
            if (!paging) ProcessorLog.NoRealMode(processor.Options.Logger, c->Rip);
            return Faults.GeneralProtection(c);
        }
        if (paging && !pagingBefore && !MayEnablePaging()) return Faults.GeneralProtection(c);
        if (!paging && pagingBefore && (c->CodeBits == 64 || (c->Cr4 & SystemRegisters.Cr4ProcessContexts) != 0))
            return Faults.GeneralProtection(c);
        c->Cr0 = value;
        if (paging == pagingBefore)
        {
            processor.PagingControlsChanged(flush: false);
            processor.ModesChanged();
            return true;
        }
        system.Efer = paging ? system.Efer | SystemRegisters.EferLongModeActive : system.Efer & ~SystemRegisters.EferLongModeActive;
        processor.PagingControlsChanged(flush: true);
        processor.ModesChanged();
        return true;
    }

    private bool MayEnablePaging()
    {
        bool extended = (c->Cr4 & SystemRegisters.Cr4PhysicalAddressExtension) != 0;
        bool longMode = (system.Efer & SystemRegisters.EferLongModeEnable) != 0;
        if (!longMode) ProcessorLog.OnlyFourLevelPaging(processor.Options.Logger, c->Rip);
        bool in64BitSegment = system.Segments[(int)SegmentName.Cs].IsLong;
        return extended && longMode && !in64BitSegment;
    }

    public bool WriteCr3(ulong value)
    {
        bool contexts = (c->Cr4 & SystemRegisters.Cr4ProcessContexts) != 0;
        ulong reserved = contexts ? Cr3Reserved & ~Cr3Keep : Cr3Reserved;
        if ((value & reserved) != 0) return Faults.GeneralProtection(c);
        processor.Mmu.LoadCr3(value);
        return true;
    }

    public bool WriteCr4(ulong value)
    {
        if ((value & ~cr4Writable) != 0) return Faults.GeneralProtection(c);
        ulong changed = c->Cr4 ^ value;
        if (system.IsLongModeActive && (value & SystemRegisters.Cr4PhysicalAddressExtension) == 0) return Faults.GeneralProtection(c);
        bool enablesContexts = (changed & value & SystemRegisters.Cr4ProcessContexts) != 0;
        if (enablesContexts && (!system.IsLongModeActive || (Cr3 & 0xfff) != 0)) return Faults.GeneralProtection(c);
        c->Cr4 = value;
        bool flush = (changed & (SystemRegisters.Cr4GlobalPages | SystemRegisters.Cr4PhysicalAddressExtension)) != 0
            || (changed & ~value & SystemRegisters.Cr4ProcessContexts) != 0
            || (changed & value & SystemRegisters.Cr4Smep) != 0;
        processor.PagingControlsChanged(flush);
        processor.ModesChanged();
        return true;
    }

    /// <summary>XCR0, as XSETBV writes it; see <see cref="ExtendedControl.IsValid"/>.</summary>
    public bool WriteXcr0(ulong value)
    {
        if (!ExtendedControl.IsValid(value, processor.Model.ExtendedStates)) return Faults.GeneralProtection(c);
        system.Xcr0 = value;
        processor.ModesChanged();
        return true;
    }

    public bool WriteCr8(ulong value)
    {
        if (value > 15) return Faults.GeneralProtection(c);
        if (processor.LocalApic is { } apic) apic.TaskPriority = (byte)(value << 4);
        else system.Cr8 = value;
        return true;
    }

    /// <summary>EFER (Intel SDM Vol. 3A, 2.2.1): LMA is read-only, LME may not change while paging is on.</summary>
    public bool WriteEfer(ulong value)
    {
        const ulong Writable = SystemRegisters.EferSystemCall | SystemRegisters.EferLongModeEnable | SystemRegisters.EferNoExecute;
        value &= ~SystemRegisters.EferLongModeActive;
        if ((value & ~Writable) != 0) return false;
        bool paging = (c->Cr0 & SystemRegisters.Cr0Paging) != 0;
        if (paging && ((value ^ system.Efer) & SystemRegisters.EferLongModeEnable) != 0) return false;
        system.Efer = value | system.Efer & SystemRegisters.EferLongModeActive;
        processor.PagingControlsChanged(flush: false);
        return true;
    }
}
