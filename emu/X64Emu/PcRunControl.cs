using X64Emu.Cpu;
using X64Emu.Devices;

namespace X64Emu;

/// <summary>Runs a PC: feeds host input in between slices, waits for it while the guest is idle, and remembers why the machine has to stop.</summary>
internal sealed class PcRunControl : IMachineControl
{
    private const long FlushMilliseconds = 20;

    /// <summary>Slices between two looks at the host's clock, which costs as much as a system call of the guest: some milliseconds at most.</summary>
    private const int SlicesPerLook = 64;

    private readonly Machine machine;
    private readonly WallClockPace? pace;
    private readonly object wakeUp = new();
    private bool hasNews;
    private long lastFlush;
    private int slicesToLook;
    private PcStop? deviceStop;
    private volatile bool stopRequested;

    /// <summary>Takes control of a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="wallClock">What its time is paced to; null for virtual time.</param>
    public PcRunControl(Machine machine, TimeProvider? wallClock)
    {
        this.machine = machine;
        if (wallClock is not null) machine.Processor.Pace = pace = new WallClockPace(wallClock, WaitForNews);
        machine.Processor.HostPoll = Poll;
        machine.Processor.Idle = OnIdle;
    }

    /// <summary>The serial ports, to be polled.</summary>
    public List<Uart16550> Uarts { get; } = [];

    /// <summary>Their far ends, to be flushed.</summary>
    public List<ISerialBackend> Backends { get; } = [];

    /// <summary>Called at each slice boundary, on the CPU's thread.</summary>
    public event Action? SliceBoundary;

    /// <inheritdoc/>
    public void RequestStop(DeviceStopReason reason, uint value)
    {
        deviceStop ??= new PcStop(reason == DeviceStopReason.DebugExit ? PcStopReason.DebugExit : PcStopReason.Reset, value);
        machine.Processor.RequestStop();
    }

    /// <summary>Stops the run from any thread, a waiting one too.</summary>
    public void RequestHostStop()
    {
        stopRequested = true;
        machine.Processor.RequestStop();
        WakeUp();
    }

    public PcStop Run(long instructions)
    {
        pace?.Start();
        StopReason reason = machine.Processor.Run(instructions);
        SliceBoundary?.Invoke();
        Flush();
        if (deviceStop is { } stop)
        {
            deviceStop = null;
            return stop;
        }
        // A request that came with another stop is kept: the next run answers it.
        if (stopRequested && reason == StopReason.Requested)
        {
            stopRequested = false;
            return new PcStop(PcStopReason.Requested, 0);
        }
        return new PcStop(
            reason switch
            {
                StopReason.InstructionLimit => PcStopReason.InstructionLimit,
                StopReason.Halted => PcStopReason.HaltedForever,
                StopReason.TripleFault => PcStopReason.TripleFault,
                StopReason.Requested => PcStopReason.Requested,
                _ => PcStopReason.Paused,
            },
            0);
    }

    /// <summary>Wakes an idle machine because host input has arrived. May be called from any thread, also after the machine's end.</summary>
    public void WakeUp()
    {
        lock (wakeUp)
        {
            hasNews = true;
            Monitor.PulseAll(wakeUp);
        }
    }

    /// <summary>Waits for <see cref="WakeUp"/>; news that came before count.</summary>
    private void WaitForNews(TimeSpan atMost)
    {
        lock (wakeUp)
        {
            if (!hasNews) Monitor.Wait(wakeUp, atMost);
            hasNews = false;
        }
    }

    private void Poll()
    {
        SliceBoundary?.Invoke();
        foreach (Uart16550 uart in Uarts) uart.Poll();
        // A guest that computes and prints now and then must be seen to do so.
        if (--slicesToLook > 0) return;
        slicesToLook = SlicesPerLook;
        if (Environment.TickCount64 - lastFlush >= FlushMilliseconds) Flush();
    }

    /// <summary>The guest halted. What it wrote must be seen now; with no timer set, typed input alone can go on with it.</summary>
    private bool OnIdle(bool mayBlock)
    {
        Flush();
        if (!mayBlock) return true;
        if (!Backends.Exists(backend => backend is { DeliversOnRequestOnly: false, CarrierPresent: true })) return false;
        WaitForNews(Timeout.InfiniteTimeSpan);
        return true;
    }

    private void Flush()
    {
        lastFlush = Environment.TickCount64;
        foreach (ISerialBackend backend in Backends) backend.Flush();
    }
}
