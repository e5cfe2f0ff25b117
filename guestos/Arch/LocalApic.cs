namespace GuestOs.Arch;

/// <summary>The local APIC: end of interrupt and the one-shot timer (Intel SDM Vol. 3A, chapter 11).</summary>
internal static unsafe class LocalApic
{
    public const int TimerVector = 0xef;
    public const int SpuriousVector = 0xff;

    private const int TaskPriority = 0x80;
    private const int EndOfInterruptRegister = 0xb0;
    private const int SpuriousInterrupt = 0xf0;
    private const int TimerEntry = 0x320;
    private const int LineInterrupt0 = 0x350;
    private const int LineInterrupt1 = 0x360;
    private const int InitialCount = 0x380;
    private const int CurrentCount = 0x390;
    private const int DivideConfiguration = 0x3e0;

    private const uint Masked = 1 << 16;
    private const uint DivideByOne = 0xb;

    private static byte* s_registers;

    /// <summary>Timer ticks per second; <see cref="Clock"/> calibrates it.</summary>
    public static ulong TimerFrequency { get; set; }

    /// <summary>Software-enables the APIC, timer in one-shot mode and stopped.</summary>
    public static void Initialize()
    {
        const ulong GlobalEnable = 1 << 11;
        ulong apicBase = Cpu.ReadMsr(Msr.ApicBase);
        Cpu.WriteMsr(Msr.ApicBase, apicBase | GlobalEnable);
        s_registers = Physical.Mmio(apicBase & 0xfffff000);
        Write(SpuriousInterrupt, 0x100 | SpuriousVector);
        Write(TaskPriority, 0);
        Write(LineInterrupt0, Masked);
        Write(LineInterrupt1, Masked);
        Write(DivideConfiguration, DivideByOne);
        Write(TimerEntry, Masked | TimerVector);
        Write(InitialCount, 0);
        Trap.Register(SpuriousVector, &IgnoreSpurious);
    }

    /// <summary>Lets the timer interrupt reach the CPU.</summary>
    public static void EnableTimer() => Write(TimerEntry, TimerVector);

    /// <summary>One interrupt after this many timer ticks; 0 stops the timer.</summary>
    public static void StartTimer(uint ticks) => Write(InitialCount, ticks);

    /// <summary>Ticks left of the running count.</summary>
    public static uint TimerCount => MmioRegister.Read(s_registers + CurrentCount);

    /// <summary>Must end every interrupt but the spurious one.</summary>
    public static void EndOfInterrupt() => Write(EndOfInterruptRegister, 0);

    private static void Write(int register, uint value) => MmioRegister.Write(s_registers + register, value);

    private static void IgnoreSpurious(TrapFrame* frame) => InterruptCounters.Count(SpuriousVector);
}
