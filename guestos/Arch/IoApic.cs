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
    private static string[] s_names;

    /// <summary>Pins, which are the global system interrupts below this.</summary>
    public static int PinCount { get; private set; }

    /// <summary>Masks every pin.</summary>
    public static void Initialize()
    {
        int pins = (int)(Read(1) >> 16 & 0xff) + 1;
        PinCount = pins > 64 ? 64 : pins;
        s_names = new string[PinCount];
        for (int pin = 0; pin < PinCount; pin++) Write(0x10 + pin * 2, Masked);
    }

    /// <summary>
    /// Calls <paramref name="handler"/> (interrupts off, no allocation, wake-ups allowed) for each interrupt of a pin.
    /// Edge-triggered unless <paramref name="level"/>. Returns false for a pin that does not exist.
    /// </summary>
    /// <param name="name">Whose interrupt it is, for /proc/interrupts.</param>
    public static bool Connect(int gsi, delegate*<int, void> handler, bool level, string name)
    {
        if ((uint)gsi >= (uint)PinCount) return false;
        s_names[gsi] = name;
        s_handlers.Entries[gsi] = (ulong)handler;
        Trap.Register(FirstVector + gsi, &OnInterrupt);
        Write(0x11 + gsi * 2, 0);
        Write(0x10 + gsi * 2, (uint)(FirstVector + gsi) | (level ? 1u << 15 : 0));
        return true;
    }

    /// <summary>Whose interrupt a pin is; null when nothing is connected.</summary>
    public static string NameOf(int gsi) => s_names[gsi];

    /// <summary>The vector a pin raises.</summary>
    public static int VectorOf(int gsi) => FirstVector + gsi;

    private static void OnInterrupt(TrapFrame* frame)
    {
        InterruptCounters.Count((int)frame->Vector);
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
