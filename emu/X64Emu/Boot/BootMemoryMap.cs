using X64Emu.Bus;

namespace X64Emu.Boot;

/// <summary>The RAM a boot loader tells a kernel of: all but the area below 1 MiB that firmware and video memory claim on a PC.</summary>
internal static class BootMemoryMap
{
    /// <summary>The end of conventional memory: the extended BIOS data area starts here on a PC.</summary>
    internal const ulong ConventionalEnd = 0x9_fc00;

    /// <summary>Where extended memory starts.</summary>
    internal const ulong ExtendedStart = 0x10_0000;

    /// <summary>The usable ranges, in ascending order.</summary>
    internal static List<PhysicalMemoryRange> Usable(GuestRam ram)
    {
        List<PhysicalMemoryRange> usable = [new(new(0), Math.Min(ConventionalEnd, ram.LowLengthBytes))];
        if (ram.LowLengthBytes > ExtendedStart) usable.Add(new(new(ExtendedStart), ram.LowLengthBytes - ExtendedStart));
        foreach (PhysicalMemoryRange range in ram.Ranges)
        {
            if (range.Start.Value != 0) usable.Add(range);
        }
        return usable;
    }
}
