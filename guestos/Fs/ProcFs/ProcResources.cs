using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>/proc/iomem and /proc/ioports: physical addresses and ports, and what is there.</summary>
internal static unsafe class ProcResources
{
    /// <summary>RAM with the kernel's image in it, and the interrupt controllers.</summary>
    public static void WriteMemory(ref TextWriter writer)
    {
        ref readonly MemoryRegions ram = ref BootMemory.Ram;
        for (int i = 0; i < ram.Count; i++)
        {
            ulong start = (ulong)ram.Start(i) << 12, end = (ulong)ram.End(i) << 12;
            Range(ref writer, start, end, "System RAM"u8);
            ImagePart(ref writer, start, end, KernelImage.TextStart(), KernelImage.TextEnd(), "Kernel code"u8);
            ImagePart(ref writer, start, end, KernelImage.ReadOnlyDataStart(), KernelImage.ReadOnlyDataEnd(), "Kernel rodata"u8);
            ImagePart(ref writer, start, end, KernelImage.DataStart(), KernelImage.DataEnd(), "Kernel data"u8);
        }
        Range(ref writer, 0xfec00000, 0xfec00400, "IOAPIC 0"u8);
        Range(ref writer, 0xfee00000, 0xfee01000, "Local APIC"u8);
    }

    /// <summary>The ports that the kernel uses.</summary>
    public static void WritePorts(ref TextWriter writer) => writer.Text(
        "0020-0021 : pic1\n0040-0043 : timer0\n0070-0071 : rtc_cmos\n00a0-00a1 : pic2\n02f8-02ff : serial\n03f8-03ff : serial\n"u8);

    private static void ImagePart(
        ref TextWriter writer, ulong ramStart, ulong ramEnd, byte* start, byte* end, System.ReadOnlySpan<byte> name)
    {
        ulong physical = Physical.AddressOf(start);
        if (physical < ramStart || physical >= ramEnd) return;
        writer.Text("  "u8);
        Range(ref writer, physical, Physical.AddressOf(end), name);
    }

    private static void Range(ref TextWriter writer, ulong start, ulong end, System.ReadOnlySpan<byte> name)
    {
        writer.Hex(start, 8);
        writer.Byte((byte)'-');
        writer.Hex(end - 1, 8);
        writer.Text(" : "u8);
        writer.Text(name);
        writer.Byte((byte)'\n');
    }
}
