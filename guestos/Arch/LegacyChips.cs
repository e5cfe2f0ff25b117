namespace GuestOs.Arch;

/// <summary>The PC's old chips: the PIC is only masked, the PIT only measures, the CMOS clock is only read.</summary>
internal static class LegacyChips
{
    private const ushort PitChannel0 = 0x40;
    private const ushort PitCommand = 0x43;
    private const ushort CmosIndex = 0x70;
    private const ushort CmosData = 0x71;

    /// <summary>PIT input clock in Hz.</summary>
    public const ulong PitFrequency = 1193182;

    /// <summary>Masks all 16 lines of the PIC pair.</summary>
    public static void MaskPic()
    {
        Cpu.Out8(0x21, 0xff);
        Cpu.Out8(0xa1, 0xff);
    }

    /// <summary>Starts channel 0 counting down from 65536 in rate-generator mode.</summary>
    public static void StartPit()
    {
        Cpu.Out8(PitCommand, 0x34);
        Cpu.Out8(PitChannel0, 0);
        Cpu.Out8(PitChannel0, 0);
    }

    /// <summary>Channel 0 in mode 0 without a count: it waits, and a machine whose CPU idles has no edge to wake up for.</summary>
    public static void StopPit() => Cpu.Out8(PitCommand, 0x30);

    /// <summary>The latched count of channel 0.</summary>
    public static uint ReadPit()
    {
        Cpu.Out8(PitCommand, 0);
        uint low = Cpu.In8(PitChannel0);
        return low | (uint)Cpu.In8(PitChannel0) << 8;
    }

    /// <summary>Seconds since 1970 by the CMOS clock, 0 when there is none.</summary>
    public static ulong ReadCmosSeconds()
    {
        byte status = ReadCmos(0xb);
        if (status == 0xff) return 0;
        bool binary = (status & 4) != 0;
        uint second = Value(0, binary), minute = Value(2, binary), hour = Value(4, binary);
        uint day = Value(7, binary), month = Value(8, binary), year = 2000 + Value(9, binary);
        // Days from civil date, March-based years (the leap day comes last).
        uint y = month <= 2 ? year - 1 : year;
        uint m = month <= 2 ? month + 9 : month - 3;
        ulong days = 365UL * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
        return days * 86400 + hour * 3600 + minute * 60 + second;
    }

    private static uint Value(byte register, bool binary)
    {
        byte value = ReadCmos(register);
        return binary ? value : (uint)((value >> 4) * 10 + (value & 15));
    }

    private static byte ReadCmos(byte register)
    {
        Cpu.Out8(CmosIndex, register);
        return Cpu.In8(CmosData);
    }
}
