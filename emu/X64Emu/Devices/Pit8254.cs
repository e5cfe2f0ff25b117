using X64Emu.Bus;

namespace X64Emu.Devices;

/// <summary>The PC's Intel 8254 interval timer at 1.193182 MHz: channel 0 interrupts, channel 2 hangs on port 0x61.</summary>
public sealed class Pit8254 : IPortDevice, IInspectable
{
    /// <summary>The first of its four ports.</summary>
    public const ushort Port = 0x40;

    /// <summary>The system control port: gate and output of channel 2, speaker, refresh toggle.</summary>
    public const ushort SystemControlPort = 0x61;

    /// <summary>The input clock in Hz.</summary>
    public const ulong FrequencyHertz = 1_193_182;

    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const ulong RefreshTogglePeriodNanoseconds = 15_085;

    private readonly IVirtualClock clock;
    private readonly IInterruptLine interrupt;
    private readonly Action outputChanges;
    private readonly PitChannel[] channels = [new(), new(), new()];
    private byte systemControl;
    private long handle;

    /// <summary>A timer after reset; <paramref name="interrupt"/> is channel 0's output.</summary>
    public Pit8254(IVirtualClock clock, IInterruptLine interrupt)
    {
        this.clock = clock;
        this.interrupt = interrupt;
        outputChanges = () => { handle = 0; FollowChannel0(); };
        channels[2].SetGate(false, Now);
    }

    private ulong Now => (ulong)((UInt128)clock.NowNanoseconds * FrequencyHertz / NanosecondsPerSecond);

    /// <summary>Lets the timer answer at its ports.</summary>
    public void MapTo(PortBus ports)
    {
        ArgumentNullException.ThrowIfNull(ports);
        ports.Map(Port, 4, this);
        ports.Map(SystemControlPort, 1, this);
    }

    /// <inheritdoc/>
    public uint Read(ushort port, int sizeBytes)
    {
        if (port == SystemControlPort) return ReadSystemControl();
        int channel = port & 3;
        return channel < channels.Length ? channels[channel].Read(Now) : 0xffu;
    }

    /// <inheritdoc/>
    public void Write(ushort port, int sizeBytes, uint value)
    {
        if (port == SystemControlPort)
        {
            systemControl = (byte)(value & 0xf);
            channels[2].SetGate((value & 1) != 0, Now);
            return;
        }
        int channel = port & 3;
        if (channel < channels.Length) channels[channel].Write((byte)value, Now);
        else WriteControl((byte)value);
        FollowChannel0();
    }

    /// <inheritdoc/>
    public IReadOnlyList<InspectedValue> Inspect()
    {
        string[] uses = ["interrupt 0", "unused", "speaker"];
        return
        [
            .. channels.Select((channel, index) => new InspectedValue($"channel {index}", $"{channel.Describe(Now)} ({uses[index]})")),
            new("port 0x61", $"0x{systemControl:x2}  {BitNames.Of(systemControl, (0, "gate of channel 2"), (1, "speaker"))}"),
        ];
    }

    private uint ReadSystemControl()
    {
        uint refresh = clock.NowNanoseconds / RefreshTogglePeriodNanoseconds % 2 == 0 ? 0u : 0x10;
        return systemControl | refresh | (channels[2].Output(Now) ? 0x20u : 0);
    }

    private void WriteControl(byte word)
    {
        int selected = word >> 6;
        if (selected < channels.Length)
        {
            channels[selected].Control(word, Now);
            return;
        }
        // Read-back: bits 1..3 choose the counters, a low bit 5 latches counts, a low bit 4 status.
        for (int index = 0; index < channels.Length; index++)
        {
            if ((word & (2 << index)) == 0) continue;
            if ((word & 0x20) == 0) channels[index].LatchCount(Now);
            if ((word & 0x10) == 0) channels[index].LatchStatus(Now);
        }
    }

    /// <summary>Drives the interrupt line as channel 0's output stands and comes back when it changes.</summary>
    private void FollowChannel0()
    {
        ulong now = Now;
        interrupt.SetLevel(channels[0].Output(now));
        clock.Cancel(handle);
        handle = channels[0].NextChange(now) is ulong next ? clock.Schedule(NanosecondsAt(next), outputChanges, "PIT: output of channel 0 changes") : 0;
    }

    /// <summary>The first nanosecond at which <see cref="Now"/> is <paramref name="tick"/>.</summary>
    private static ulong NanosecondsAt(ulong tick) => (ulong)(((UInt128)tick * NanosecondsPerSecond + FrequencyHertz - 1) / FrequencyHertz);
}
