namespace X64Emu.Cpu;

/// <summary>The model-specific registers by number (Intel SDM Vol. 4): what RDMSR and WRMSR reach.</summary>
internal sealed unsafe class ModelSpecificRegisters
{
    public const uint TimeStampCounter = 0x10, ApicBase = 0x1b, MtrrCapabilities = 0xfe, SysenterCs = 0x174, SysenterEsp = 0x175, SysenterEip = 0x176;
    public const uint MiscEnable = 0x1a0, Pat = 0x277, MtrrDefaultType = 0x2ff, TscDeadline = 0x6e0;
    public const uint Efer = 0xc000_0080, Star = 0xc000_0081, LStar = 0xc000_0082, CStar = 0xc000_0083, FMask = 0xc000_0084;
    public const uint FsBase = 0xc000_0100, GsBase = 0xc000_0101, KernelGsBase = 0xc000_0102, TscAux = 0xc000_0103;

    /// <summary>IA32_MISC_ENABLE: fast strings on.</summary>
    private const ulong MiscEnableValue = 1;

    /// <summary>APIC_BASE: bootstrap processor, enabled, and the address within 46 bits.</summary>
    private const ulong ApicBaseWritable = 0x3fff_ffff_f900;

    private readonly Processor processor;
    private readonly CpuState* c;
    private readonly SystemRegisters system;

    public ModelSpecificRegisters(Processor processor)
    {
        this.processor = processor;
        c = processor.State;
        system = processor.System;
    }

    /// <summary>The time-stamp counter: virtual nanoseconds plus what the guest set it off by.</summary>
    public ulong Tsc => processor.Loop.PreciseNowNanoseconds + system.TscOffset;

    /// <summary>Reads a register; false when there is none of that number.</summary>
    public bool TryRead(uint number, out ulong value)
    {
        bool known = true;
        value = number switch
        {
            TimeStampCounter => Tsc,
            ApicBase => processor.LocalApic?.BaseRegister ?? system.ApicBase,
            MtrrCapabilities or MtrrDefaultType => 0,
            SysenterCs => system.SysenterCs,
            SysenterEsp => system.SysenterEsp,
            SysenterEip => system.SysenterEip,
            MiscEnable => MiscEnableValue,
            Pat => system.Pat,
            TscDeadline when processor.LocalApic is { } apic => apic.TscDeadline == 0 ? 0 : apic.TscDeadline + system.TscOffset,
            Efer => system.Efer,
            Star => system.Star,
            LStar => system.LStar,
            CStar => system.CStar,
            FMask => system.FMask,
            FsBase => c->SegmentBase[(int)SegmentName.Fs],
            GsBase => c->SegmentBase[(int)SegmentName.Gs],
            KernelGsBase => system.KernelGsBase,
            TscAux => system.TscAux,
            _ => Unknown(out known),
        };
        return known;
    }

    private static ulong Unknown(out bool known)
    {
        known = false;
        return 0;
    }

    /// <summary>Writes a register; false, with nothing changed, when there is none of that number or the value is not allowed.</summary>
    public bool TryWrite(uint number, ulong value)
    {
        switch (number)
        {
            case TimeStampCounter:
                system.TscOffset = value - processor.Loop.PreciseNowNanoseconds;
                return true;
            case ApicBase:
                return WriteApicBase(value);
            case SysenterCs:
                system.SysenterCs = value;
                return true;
            case SysenterEsp:
                return Address(value, static (registers, address) => registers.SysenterEsp = address);
            case SysenterEip:
                return Address(value, static (registers, address) => registers.SysenterEip = address);
            case MiscEnable:
                return value == MiscEnableValue;
            case MtrrDefaultType:
                return value == 0;
            case Pat:
                if (!IsValidPat(value)) return false;
                system.Pat = value;
                return true;
            case TscDeadline when processor.LocalApic is { } apic:
                processor.SynchronizeClock();
                apic.TscDeadline = value == 0 ? 0 : Math.Max(value - system.TscOffset, 1);
                processor.Loop.EndSliceSoon();
                return true;
            case Efer:
                return processor.ControlRegisters.WriteEfer(value);
            case Star:
                system.Star = value;
                return true;
            case LStar:
                return Address(value, static (registers, address) => registers.LStar = address);
            case CStar:
                return Address(value, static (registers, address) => registers.CStar = address);
            case FMask:
                if (value >> 32 != 0) return false;
                system.FMask = value;
                return true;
            case FsBase:
                return Base(SegmentName.Fs, value);
            case GsBase:
                return Base(SegmentName.Gs, value);
            case KernelGsBase:
                return Address(value, static (registers, address) => registers.KernelGsBase = address);
            case TscAux:
                if (value >> 32 != 0) return false;
                system.TscAux = value;
                return true;
            default:
                return false;
        }
    }

    private bool Address(ulong value, Action<SystemRegisters, ulong> set)
    {
        if (!Canonical.Is(value)) return false;
        set(system, value);
        return true;
    }

    private bool Base(SegmentName name, ulong value)
    {
        if (!Canonical.Is(value)) return false;
        c->SegmentBase[(int)name] = value;
        return true;
    }

    private bool WriteApicBase(ulong value)
    {
        if ((value & ~ApicBaseWritable) != 0) return false;
        processor.SynchronizeClock();
        if (processor.LocalApic is { } apic) apic.BaseRegister = value;
        else system.ApicBase = value;
        return true;
    }

    /// <summary>Each of the eight fields is a memory type: 0, 1, 4, 5, 6 or 7 (Intel SDM Vol. 3A, 11.12.2).</summary>
    private static bool IsValidPat(ulong value)
    {
        for (int field = 0; field < 8; field++, value >>= 8)
        {
            if ((value & 0xff) is not (0 or 1 or (>= 4 and <= 7))) return false;
        }
        return true;
    }
}
