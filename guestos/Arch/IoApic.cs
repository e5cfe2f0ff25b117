namespace GuestOs.Arch;

/// <summary>The I/O APIC: routes global system interrupts (GSI n = ISA IRQ n here) to vectors 0x20 + n.</summary>
internal static unsafe class IoApic
{
    private const ulong PhysicalBase = 0xfec00000;
    private const int FirstVector = 0x20;
    private const uint Masked = 1 << 16;

    private struct HandlerTable
    {
        public fixed ulong Entries[64];
    }

    private static HandlerTable s_handlers;
    private static int s_pinCount;

    /// <summary>Masks every pin.</summary>
    public static void Initialize()
    {
        s_pinCount = (int)(Read(1) >> 16 & 0xff) + 1;
        if (s_pinCount > 64) s_pinCount = 64;
        for (int pin = 0; pin < s_pinCount; pin++) Write(0x10 + pin * 2, Masked);
    }

    /// <summary>
    /// Calls <paramref name="handler"/> (interrupts off, no allocation, wake-ups allowed) for each interrupt of a pin.
    /// Edge-triggered unless <paramref name="level"/>. Returns false for a pin that does not exist.
    /// </summary>
    public static bool Connect(int gsi, delegate*<int, void> handler, bool level)
    {
        if ((uint)gsi >= (uint)s_pinCount) return false;
        s_handlers.Entries[gsi] = (ulong)handler;
        Trap.Register(FirstVector + gsi, &OnInterrupt);
        Write(0x11 + gsi * 2, 0);
        Write(0x10 + gsi * 2, (uint)(FirstVector + gsi) | (level ? 1u << 15 : 0));
        return true;
    }

    private static void OnInterrupt(TrapFrame* frame)
    {
        int gsi = (int)frame->Vector - FirstVector;
        ((delegate*<int, void>)s_handlers.Entries[gsi])(gsi);
        LocalApic.EndOfInterrupt();
    }

    private static uint Read(int register)
    {
        byte* registers = Physical.Mmio(PhysicalBase);
        MmioRegister.Write(registers, (uint)register);
        return MmioRegister.Read(registers + 0x10);
    }

    private static void Write(int register, uint value)
    {
        byte* registers = Physical.Mmio(PhysicalBase);
        MmioRegister.Write(registers, (uint)register);
        MmioRegister.Write(registers + 0x10, value);
    }
}
