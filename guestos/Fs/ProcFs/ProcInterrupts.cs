using GuestOs.Arch;

namespace GuestOs.Fs;

/// <summary>/proc/interrupts: those of the I/O APIC's connected pins, and the local APIC's.</summary>
internal static class ProcInterrupts
{
    private const int CountWidth = 10;

    public static void Write(ref TextWriter writer)
    {
        writer.Text("           CPU0       \n"u8);
        for (int gsi = 0; gsi < IoApic.PinCount; gsi++)
        {
            string name = IoApic.NameOf(gsi);
            if (name == null) continue;
            writer.Decimal((ulong)gsi, 3);
            Count(ref writer, IoApic.VectorOf(gsi));
            writer.Text("  IO-APIC  "u8);
            writer.Decimal((ulong)gsi, 2);
            writer.Text("-edge      "u8);
            writer.Text(name);
            writer.Byte((byte)'\n');
        }
        writer.Text("LOC"u8);
        Count(ref writer, LocalApic.TimerVector);
        writer.Text("   Local timer interrupts\nSPU"u8);
        Count(ref writer, LocalApic.SpuriousVector);
        writer.Text("   Spurious interrupts\n"u8);
    }

    private static void Count(ref TextWriter writer, int vector)
    {
        writer.Text(": "u8);
        writer.Decimal(InterruptCounters.Of(vector), CountWidth);
    }
}
