namespace X64Emu.Devices;

/// <summary>One counter of an Intel 8254 (data sheet 231164), in terms of its own input clock's ticks since reset.</summary>
internal sealed class PitChannel
{
    private int mode = 3;
    private int access = 3;
    private bool isBinaryCodedDecimal;
    private uint count;
    private ulong startTick;
    private bool isLoaded;
    private bool gate = true;
    private ulong pausedAfterTicks;
    private bool expectsHighByteWrite;
    private bool expectsHighByteRead;
    private byte writtenLowByte;
    private ushort? latchedCount;
    private byte? latchedStatus;

    /// <summary>The length of a full count, 65,536 for 0 (10,000 in BCD).</summary>
    private uint FullCount => isBinaryCodedDecimal ? 10_000u : 65_536u;

    private bool IsPeriodic => mode is 2 or 3;

    /// <summary>Modes 0 and 4 stand still while the gate is low; 2 and 3 start anew when it rises; 1 and 5 wait for it to rise.</summary>
    private bool CountsOnlyWithGate => mode is 0 or 2 or 3 or 4;

    internal void SetGate(bool level, ulong now)
    {
        if (level == gate) return;
        bool pauses = mode is 0 or 4;
        if (level)
        {
            startTick = pauses ? now - pausedAfterTicks : now;
            if (mode is 1 or 5) isLoaded = count != 0;
        }
        else if (pauses)
        {
            pausedAfterTicks = now - startTick;
        }
        gate = level;
    }

    /// <summary>The control word's part for this counter: latch, or access, mode and number format.</summary>
    internal void Control(byte word, ulong now)
    {
        int newAccess = (word >> 4) & 3;
        if (newAccess == 0)
        {
            LatchCount(now);
            return;
        }
        access = newAccess;
        int newMode = (word >> 1) & 7;
        mode = newMode > 5 ? newMode - 4 : newMode;
        isBinaryCodedDecimal = (word & 1) != 0;
        isLoaded = false;
        count = 0;
        expectsHighByteWrite = false;
        expectsHighByteRead = false;
        latchedCount = null;
        latchedStatus = null;
    }

    internal void LatchCount(ulong now) => latchedCount ??= Encode(Current(now));

    internal void LatchStatus(ulong now)
    {
        int status = (Output(now) ? 0x80 : 0) | (isLoaded ? 0 : 0x40) | access << 4 | mode << 1 | (isBinaryCodedDecimal ? 1 : 0);
        latchedStatus ??= (byte)status;
    }

    internal void Write(byte value, ulong now)
    {
        switch (access)
        {
            case 1: Load(value, now); break;
            case 2: Load((ushort)(value << 8), now); break;
            default:
                if (expectsHighByteWrite) Load((ushort)(writtenLowByte | value << 8), now);
                else writtenLowByte = value;
                expectsHighByteWrite = !expectsHighByteWrite;
                break;
        }
    }

    internal byte Read(ulong now)
    {
        if (latchedStatus is byte status)
        {
            latchedStatus = null;
            return status;
        }
        ushort value = latchedCount ?? Encode(Current(now));
        bool high = access == 2 || (access == 3 && expectsHighByteRead);
        if (access == 3) expectsHighByteRead = !expectsHighByteRead;
        if (access != 3 || !expectsHighByteRead) latchedCount = null;
        return (byte)(high ? value >> 8 : value);
    }

    /// <summary>The OUT pin.</summary>
    internal bool Output(ulong now)
    {
        if (!isLoaded) return mode != 0;
        ulong elapsed = Elapsed(now);
        switch (mode)
        {
            case 0: return elapsed >= count;
            case 1: return elapsed >= count;
            case 2: return !gate || elapsed % count != count - 1;
            case 3: return !gate || elapsed % count < (count + 1) / 2;
            default: return elapsed != count;
        }
    }

    /// <summary>The next tick after <paramref name="now"/> at which OUT changes; null when it stays as it is.</summary>
    internal ulong? NextChange(ulong now)
    {
        if (!isLoaded || (CountsOnlyWithGate && !gate)) return null;
        ulong elapsed = Elapsed(now);
        if (IsPeriodic)
        {
            ulong inside = elapsed % count;
            ulong edge = mode == 2 ? count - 1 : (count + 1) / 2;
            return now + (inside < edge ? edge - inside : count - inside);
        }
        if (elapsed < count) return now + (count - elapsed);
        return mode >= 4 && elapsed == count ? now + 1 : null;
    }

    /// <summary>Mode, count and pins in words.</summary>
    internal string Describe(ulong now)
    {
        string format = isBinaryCodedDecimal ? ", BCD" : "", running = isLoaded ? $"counts from {count}, now at {Current(now)}" : "not loaded";
        string latched = latchedCount is { } value ? $", latched 0x{value:x4}" : "";
        return $"mode {mode}{format}, {running}{latched}, gate {(gate ? "high" : "low")}, output {(Output(now) ? "high" : "low")}";
    }

    private ulong Elapsed(ulong now) => mode is 0 or 4 && !gate ? pausedAfterTicks : now - startTick;

    private void Load(ushort value, ulong now)
    {
        uint decoded = isBinaryCodedDecimal ? FromBinaryCodedDecimal(value) : value;
        count = decoded == 0 ? FullCount : decoded;
        // A count of 1 has no meaning in the periodic modes.
        if (IsPeriodic && count == 1) count = 2;
        // A running periodic counter starts its new period at once, where the chip would finish the old one first.
        startTick = now;
        pausedAfterTicks = 0;
        isLoaded = mode is not (1 or 5);
    }

    private uint Current(ulong now)
    {
        if (!isLoaded) return count;
        ulong elapsed = Elapsed(now);
        return mode switch
        {
            2 => (uint)(count - elapsed % count),
            3 => (uint)(count - 2 * elapsed % count) & ~1u,
            _ => (uint)((count + FullCount - elapsed % FullCount) % FullCount),
        };
    }

    private ushort Encode(uint value) => isBinaryCodedDecimal ? ToBinaryCodedDecimal(value % 10_000) : (ushort)value;

    private static uint FromBinaryCodedDecimal(ushort value) =>
        (value & 0xfu) + 10 * ((uint)value >> 4 & 0xf) + 100 * ((uint)value >> 8 & 0xf) + 1000 * ((uint)value >> 12);

    private static ushort ToBinaryCodedDecimal(uint value) =>
        (ushort)(value % 10 | value / 10 % 10 << 4 | value / 100 % 10 << 8 | value / 1000 << 12);
}
