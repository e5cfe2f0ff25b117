using X64Emu.Bus;

namespace X64Emu.Devices;

/// <summary>A Motorola MC146818 real-time clock with the PC's CMOS RAM, at ports 0x70 and 0x71, on IRQ 8.</summary>
/// <remarks>Its time starts at 2026-01-01T00:00:00Z and follows virtual time, so runs repeat; or it starts at the host's time when given that.
/// CMOS RAM tells how much memory there is, as firmware leaves it.</remarks>
public sealed class CmosRtc : IPortDevice, IInspectable
{
    /// <summary>The index port; the data port follows.</summary>
    public const ushort Port = 0x70;

    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const ulong UpdateNanoseconds = 244_000;
    private const int CenturyRegister = 0x32;
    private const byte UpdateInProgress = 0x80;
    private const byte PeriodicFlag = 0x40;
    private const byte AlarmFlag = 0x20;
    private const byte UpdateFlag = 0x10;
    private const byte SetBit = 0x80;
    private const byte BinaryBit = 0x04;
    private const byte TwentyFourHourBit = 0x02;
    private const int SecondsPerDay = 86_400;

    private readonly IVirtualClock clock;
    private readonly IInterruptLine interrupt;
    private readonly Action eventDue;
    private readonly byte[] memory = new byte[128];
    private readonly byte[] frozen = new byte[128];
    private DateTime epoch;
    private byte index;
    private byte registerA = 0x26;
    private byte registerB = TwentyFourHourBit;
    private byte flags;
    private ulong flagsKnownUntil;
    private long handle;

    /// <summary>A clock that has run since virtual time 0.</summary>
    /// <param name="clock">Virtual time.</param>
    /// <param name="interrupt">IRQ 8.</param>
    /// <param name="ram">What the memory size bytes tell of.</param>
    /// <param name="wallClock">Where the time at virtual 0 comes from; null for the fixed date.</param>
    public CmosRtc(IVirtualClock clock, IInterruptLine interrupt, GuestRam ram, TimeProvider? wallClock = null)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(ram);
        this.clock = clock;
        this.interrupt = interrupt;
        epoch = wallClock?.GetUtcNow().UtcDateTime ?? new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        eventDue = () => { handle = 0; Update(); };
        DescribeMemory(ram);
    }

    private ulong PeriodNanoseconds
    {
        get
        {
            int rate = registerA & 0xf;
            if (rate == 0) return 0;
            // Rates 1 and 2 repeat 8 and 9 with a 32.768 kHz time base.
            int shift = rate <= 2 ? rate + 6 : rate - 1;
            return NanosecondsPerSecond * (1UL << shift) / 32_768;
        }
    }

    private DateTime Time => epoch.AddTicks((long)(clock.NowNanoseconds / 100));

    /// <inheritdoc/>
    public uint Read(ushort port, int sizeBytes) => (port & 1) == 0 ? 0xff : ReadRegister(index);

    /// <inheritdoc/>
    public void Write(ushort port, int sizeBytes, uint value)
    {
        // Bit 7 of the index masks NMI on a PC.
        if ((port & 1) == 0) index = (byte)(value & 0x7f);
        else WriteRegister(index, (byte)value);
    }

    /// <inheritdoc/>
    public IReadOnlyList<InspectedValue> Inspect() =>
    [
        new("time", $"{Time:yyyy-MM-dd HH:mm:ss}{((registerB & SetBit) != 0 ? ", stopped to be set" : "")}"),
        new("alarm", string.Join(':', ((int[])[5, 3, 1]).Select(register => memory[register] >= 0xc0 ? "any" : $"{memory[register]:x2}"))),
        new("index", $"0x{index:x2}"),
        new("register A", $"0x{registerA:x2}  periodic rate {registerA & 0xf}{(PeriodNanoseconds == 0 ? "" : $", every {PeriodNanoseconds} ns")}"),
        new("register B", $"0x{registerB:x2}  " + BitNames.Of(
            registerB, (7, "set"), (6, "periodic interrupt"), (5, "alarm interrupt"), (4, "update interrupt"), (2, "binary"), (1, "24 hours"))),
        new("register C", $"0x{flags:x2}  {BitNames.Of(flags, (6, "period ended"), (5, "alarm"), (4, "updated"))}, as last looked at"),
    ];

    private uint ReadRegister(int register)
    {
        switch (register)
        {
            case <= 9 or CenturyRegister:
                if (IsAlarm(register)) return memory[register];
                return (registerB & SetBit) != 0 ? frozen[register] : Encode(register, Time);
            case 0xa:
                bool isUpdating = (registerB & SetBit) == 0 && clock.NowNanoseconds % NanosecondsPerSecond >= NanosecondsPerSecond - UpdateNanoseconds;
                return (uint)(registerA | (isUpdating ? UpdateInProgress : 0));
            case 0xb: return registerB;
            case 0xc: return ReadFlags();
            // Register D: the battery is good.
            case 0xd: return 0x80;
            default: return memory[register];
        }
    }

    private void WriteRegister(int register, byte value)
    {
        switch (register)
        {
            case <= 9 or CenturyRegister:
                if (IsAlarm(register)) memory[register] = value;
                else WriteTime(register, value);
                break;
            case 0xa: registerA = (byte)(value & 0x7f); break;
            case 0xb: WriteRegisterB(value); break;
            case 0xc or 0xd: return;
            default: memory[register] = value; return;
        }
        Update();
    }

    private void WriteTime(int register, byte value)
    {
        bool isSetting = (registerB & SetBit) != 0;
        if (!isSetting) Freeze();
        frozen[register] = value;
        if (!isSetting) Thaw();
    }

    private void WriteRegisterB(byte value)
    {
        bool wasSetting = (registerB & SetBit) != 0;
        if ((value & SetBit) != 0)
        {
            if (!wasSetting) Freeze();
            // SET ends the update interrupt's enable (data sheet, register B).
            value &= unchecked((byte)~UpdateFlag);
        }
        // The frozen digits are read in the format they were written in, which is the new one.
        registerB = value;
        if (wasSetting && (value & SetBit) == 0) Thaw();
    }

    private byte ReadFlags()
    {
        Collect();
        byte value = (byte)(flags | ((flags & registerB & (PeriodicFlag | AlarmFlag | UpdateFlag)) != 0 ? 0x80 : 0));
        flags = 0;
        interrupt.SetLevel(false);
        Update();
        return value;
    }

    private void Update()
    {
        Collect();
        interrupt.SetLevel((flags & registerB & (PeriodicFlag | AlarmFlag | UpdateFlag)) != 0);
        clock.Cancel(handle);
        ulong now = clock.NowNanoseconds;
        ulong next = ulong.MaxValue;
        if ((registerB & PeriodicFlag) != 0 && PeriodNanoseconds != 0) next = (now / PeriodNanoseconds + 1) * PeriodNanoseconds;
        if ((registerB & (AlarmFlag | UpdateFlag)) != 0 && (registerB & SetBit) == 0)
            next = Math.Min(next, (now / NanosecondsPerSecond + 1) * NanosecondsPerSecond);
        handle = next == ulong.MaxValue ? 0 : clock.Schedule(next, eventDue, "RTC: periodic, alarm or update interrupt");
    }

    /// <summary>Sets the flags of what happened since the last look, enabled or not: a guest may poll them.</summary>
    private void Collect()
    {
        ulong now = clock.NowNanoseconds;
        if (PeriodNanoseconds != 0 && now / PeriodNanoseconds > flagsKnownUntil / PeriodNanoseconds) flags |= PeriodicFlag;
        ulong firstSecond = flagsKnownUntil / NanosecondsPerSecond + 1;
        ulong lastSecond = now / NanosecondsPerSecond;
        if ((registerB & SetBit) == 0 && lastSecond >= firstSecond)
        {
            flags |= UpdateFlag;
            // Alarms repeat daily, so a day's seconds tell all.
            if (lastSecond - firstSecond > SecondsPerDay) firstSecond = lastSecond - SecondsPerDay;
            for (ulong second = firstSecond; second <= lastSecond && (flags & AlarmFlag) == 0; second++)
            {
                if (IsAlarmTime(epoch.AddSeconds(second))) flags |= AlarmFlag;
            }
        }
        flagsKnownUntil = now;
    }

    private bool IsAlarmTime(DateTime time)
    {
        for (int register = 1; register <= 5; register += 2)
        {
            // The two highest bits set mean "any".
            if (memory[register] < 0xc0 && memory[register] != Encode(register - 1, time)) return false;
        }
        return true;
    }

    private static bool IsAlarm(int register) => register is 1 or 3 or 5;

    private void Freeze()
    {
        DateTime time = Time;
        foreach (int register in (ReadOnlySpan<int>)[0, 2, 4, 6, 7, 8, 9, CenturyRegister]) frozen[register] = Encode(register, time);
    }

    /// <summary>Starts the clock again from the frozen digits; impossible ones are brought into range.</summary>
    private void Thaw()
    {
        int year = Math.Clamp(Decode(frozen[CenturyRegister]) * 100 + Decode(frozen[9]), 1970, 9000);
        int month = Math.Clamp(Decode(frozen[8]), 1, 12);
        int day = Math.Clamp(Decode(frozen[7]), 1, DateTime.DaysInMonth(year, month));
        int hour = Decode((byte)((registerB & TwentyFourHourBit) != 0 ? frozen[4] : frozen[4] & 0x7f));
        if ((registerB & TwentyFourHourBit) == 0) hour = hour % 12 + ((frozen[4] & 0x80) != 0 ? 12 : 0);
        int minute = Math.Clamp(Decode(frozen[2]), 0, 59);
        int second = Math.Clamp(Decode(frozen[0]), 0, 59);
        DateTime time = new(year, month, day, Math.Clamp(hour, 0, 23), minute, second, DateTimeKind.Utc);
        ulong wholeSeconds = clock.NowNanoseconds / NanosecondsPerSecond;
        // The guest may set an early date after running long; the epoch must stay a date.
        epoch = wholeSeconds < (ulong)(time - DateTime.MinValue).TotalSeconds ? time.AddSeconds(-(double)wholeSeconds) : DateTime.UnixEpoch;
    }

    private byte Encode(int register, DateTime time) => register switch
    {
        0 => Digits(time.Second),
        2 => Digits(time.Minute),
        4 when (registerB & TwentyFourHourBit) != 0 => Digits(time.Hour),
        4 => (byte)(Digits((time.Hour + 11) % 12 + 1) | (time.Hour >= 12 ? 0x80 : 0)),
        6 => Digits((int)time.DayOfWeek + 1),
        7 => Digits(time.Day),
        8 => Digits(time.Month),
        9 => Digits(time.Year % 100),
        _ => Digits(time.Year / 100),
    };

    private byte Digits(int value) => (byte)((registerB & BinaryBit) != 0 ? value : value / 10 << 4 | value % 10);

    private int Decode(byte value) => (registerB & BinaryBit) != 0 ? value : (value >> 4) * 10 + (value & 0xf);

    /// <summary>Base and extended memory as PC firmware stores them: in KiB, in 64 KiB from 16 MiB on, in 64 KiB from 4 GiB on.</summary>
    private void DescribeMemory(GuestRam ram)
    {
        const ulong mebibyte = 1 << 20;
        Put(0x15, 640);
        ulong extendedKibibytes = ram.LowLengthBytes > mebibyte ? Math.Min((ram.LowLengthBytes - mebibyte) >> 10, 0xffff) : 0;
        Put(0x17, extendedKibibytes);
        Put(0x30, extendedKibibytes);
        Put(0x34, ram.LowLengthBytes > 16 * mebibyte ? Math.Min((ram.LowLengthBytes - 16 * mebibyte) >> 16, 0xffff) : 0);
        ulong highChunks = (ram.LengthBytes - ram.LowLengthBytes) >> 16;
        Put(0x5b, highChunks & 0xffff);
        memory[0x5d] = (byte)(highChunks >> 16);

        void Put(int register, ulong value)
        {
            memory[register] = (byte)value;
            memory[register + 1] = (byte)(value >> 8);
        }
    }
}
