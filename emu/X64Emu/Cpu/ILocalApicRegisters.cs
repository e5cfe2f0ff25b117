namespace X64Emu.Cpu;

/// <summary>The registers of the local APIC that instructions reach without memory: CR8 and two model-specific registers.</summary>
public interface ILocalApicRegisters
{
    /// <summary>The task priority register; CR8 is its bits 7..4.</summary>
    byte TaskPriority { get; set; }

    /// <summary>IA32_APIC_BASE (MSR 0x1b).</summary>
    ulong BaseRegister { get; set; }

    /// <summary>IA32_TSC_DEADLINE (MSR 0x6e0), in virtual nanoseconds; 0 when disarmed.</summary>
    ulong TscDeadline { get; set; }
}
