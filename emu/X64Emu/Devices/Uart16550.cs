using X64Emu.Bus;

namespace X64Emu.Devices;

/// <summary>A National PC16550D serial port: eight byte registers, 16-byte FIFOs, one interrupt line.</summary>
/// <remarks>
/// The transmitter sends at once, so THRE and TEMT always read 1. Input arrives one character time after the guest made room for it, up to a FIFO
/// full at a time, and from an <see cref="ISerialBackend.DeliversOnRequestOnly"/> back end only while RTS is high.
/// The interrupt line does not depend on OUT2, as on the common virtual machines.
/// </remarks>
public sealed class Uart16550 : IPortDevice, IInspectable
{
    /// <summary>How many ports the chip takes.</summary>
    public const int PortCount = 8;

    private const ulong BaudClockHertz = 115_200;
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const int FifoBytes = 16;

    private readonly ISerialBackend backend;
    private readonly IInterruptLine interrupt;
    private readonly IVirtualClock clock;
    private readonly string name;
    private readonly Action receiveDue;
    private readonly Action characterTimeoutDue;
    private readonly Queue<byte> receiver = new(FifoBytes);
    private ushort divisor = 1;
    private InterruptEnable enabled;
    private byte lineControl;
    private ModemControl modemControl;
    private byte scratch;
    private bool fifoEnabled;
    private int triggerLevel = 1;
    private bool overrun;
    private bool transmitterEmptyPending;
    private bool characterTimeout;
    private byte modemInputs = (byte)(ModemStatus.ClearToSend | ModemStatus.DataSetReady | ModemStatus.CarrierDetect);
    private byte modemDeltas;
    private long receiveTimer;
    private long timeoutTimer;

    /// <summary>A chip after reset. Register n answers at ports whose low three bits are n.</summary>
    /// <param name="backend">The far end of the line.</param>
    /// <param name="interrupt">The interrupt pin.</param>
    /// <param name="clock">Virtual time.</param>
    /// <param name="name">What people call this port, such as COM1.</param>
    public Uart16550(ISerialBackend backend, IInterruptLine interrupt, IVirtualClock clock, string name = "UART")
    {
        this.name = name;
        this.backend = backend;
        this.interrupt = interrupt;
        this.clock = clock;
        receiveDue = () => { receiveTimer = 0; Receive(); };
        characterTimeoutDue = () => { timeoutTimer = 0; characterTimeout = receiver.Count > 0; UpdateInterrupt(); };
    }

    [Flags]
    private enum InterruptEnable : byte { ReceivedData = 1, TransmitterEmpty = 2, LineStatus = 4, ModemStatus = 8 }

    [Flags]
    private enum ModemControl : byte { DataTerminalReady = 1, RequestToSend = 2, Out1 = 4, Out2 = 8, Loopback = 16, All = 31 }

    [Flags]
    private enum ModemStatus : byte { ClearToSend = 0x10, DataSetReady = 0x20, RingIndicator = 0x40, CarrierDetect = 0x80 }

    private bool IsDivisorLatchSelected => (lineControl & 0x80) != 0;

    private bool IsLoopback => modemControl.HasFlag(ModemControl.Loopback);

    private int Capacity => fifoEnabled ? FifoBytes : 1;

    /// <summary>Start bit, 5 to 8 data bits, parity and stop bits at the programmed speed.</summary>
    private ulong CharacterNanoseconds
    {
        get
        {
            int bits = 1 + 5 + (lineControl & 3) + ((lineControl >> 3) & 1) + 1 + ((lineControl >> 2) & 1);
            return (ulong)bits * Math.Max((ulong)divisor, 1) * NanosecondsPerSecond / BaudClockHertz;
        }
    }

    /// <summary>Takes in what the host sent since. The machine calls it between slices, on the CPU's thread.</summary>
    public void Poll()
    {
        if (backend.DeliversOnRequestOnly) return;
        Receive();
    }

    /// <inheritdoc/>
    public uint Read(ushort port, int sizeBytes)
    {
        switch (port & 7)
        {
            case 0: return IsDivisorLatchSelected ? divisor & 0xffu : ReadReceiver();
            case 1: return IsDivisorLatchSelected ? (uint)divisor >> 8 : (uint)enabled;
            case 2: return ReadInterruptIdentification();
            case 3: return lineControl;
            case 4: return (uint)modemControl;
            case 5: return ReadLineStatus();
            case 6: return ReadModemStatus();
            default: return scratch;
        }
    }

    /// <inheritdoc/>
    public void Write(ushort port, int sizeBytes, uint value)
    {
        byte data = (byte)value;
        switch (port & 7)
        {
            case 0 when IsDivisorLatchSelected: divisor = (ushort)((divisor & 0xff00) | data); break;
            case 0: Transmit(data); break;
            case 1 when IsDivisorLatchSelected: divisor = (ushort)((divisor & 0xff) | data << 8); break;
            case 1: WriteInterruptEnable(data); break;
            case 2: WriteFifoControl(data); break;
            case 3: lineControl = data; break;
            case 4: WriteModemControl(data); break;
            case 7: scratch = data; break;
            default: break;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<InspectedValue> Inspect()
    {
        int source = PendingInterrupt();
        string pending = source switch
        {
            0x6 => "line status",
            0x4 => "received data",
            0xc => "character timeout",
            0x2 => "transmitter empty",
            0x0 => "modem status",
            _ => "none",
        };
        int dataBits = 5 + (lineControl & 3), stopBits = 1 + ((lineControl >> 2) & 1);
        string parity = (lineControl & 8) == 0 ? "no parity" : (lineControl & 0x10) != 0 ? "even parity" : "odd parity";
        string latch = IsDivisorLatchSelected ? ", DLAB" : "";
        int lineStatus = 0x60 | (receiver.Count > 0 ? 1 : 0) | (overrun ? 2 : 0), modemStatus = modemInputs | modemDeltas;
        string causes = BitNames.Of((byte)enabled, (0, "received data"), (1, "transmitter empty"), (2, "line status"), (3, "modem status"));
        string line = BitNames.Of(
            (ulong)lineStatus, (0, "data ready"), (1, "overrun"), (5, "transmitter holding register empty"), (6, "transmitter empty"));
        string modem = BitNames.Of(
            (ulong)modemStatus,
            (4, "CTS"), (5, "DSR"), (6, "RI"), (7, "DCD"), (0, "CTS changed"), (1, "DSR changed"), (2, "RI ended"), (3, "DCD changed"));
        return
        [
            new("IER", $"0x{(byte)enabled:x2}  interrupts enabled: {causes}"),
            new("IIR", $"0x{source | (fifoEnabled ? 0xc0 : 0):x2}  interrupt pending: {pending}"),
            new("FCR", fifoEnabled ? $"FIFOs on, interrupt at {triggerLevel} bytes" : "FIFOs off"),
            new("LCR", $"0x{lineControl:x2}  {dataBits} data bits, {parity}, {stopBits} stop bit{(stopBits == 1 ? "" : "s")}{latch}"),
            new("MCR", $"0x{(byte)modemControl:x2}  {BitNames.Of((byte)modemControl, (0, "DTR"), (1, "RTS"), (2, "OUT1"), (3, "OUT2"), (4, "loopback"))}"),
            new("LSR", $"0x{lineStatus:x2}  {line}"),
            new("MSR", $"0x{modemStatus:x2}  {modem}"),
            new("SCR", $"0x{scratch:x2}"),
            new("DL", $"0x{divisor:x4}  {BaudClockHertz / Math.Max((ulong)divisor, 1)} baud"),
            new("receiver", $"{receiver.Count} of {Capacity} bytes wait"),
        ];
    }

    private void Transmit(byte value)
    {
        if (!IsLoopback) backend.Transmit(value);
        else if (receiver.Count < Capacity) Accept(value);
        else overrun = true;
        transmitterEmptyPending = true;
        UpdateInterrupt();
    }

    private byte ReadReceiver()
    {
        characterTimeout = false;
        bool any = receiver.TryDequeue(out byte value);
        RestartCharacterTimeout();
        ExpectInput();
        UpdateInterrupt();
        return any ? value : (byte)0;
    }

    private void WriteInterruptEnable(byte value)
    {
        InterruptEnable before = enabled;
        enabled = (InterruptEnable)(value & 0xf);
        // Enabling the transmitter interrupt while the holding register is empty raises it at once (PC16550D data sheet, 8.6.4).
        if ((enabled & ~before).HasFlag(InterruptEnable.TransmitterEmpty)) transmitterEmptyPending = true;
        UpdateInterrupt();
    }

    private void WriteFifoControl(byte value)
    {
        bool enable = (value & 1) != 0;
        if (enable != fifoEnabled || (value & 2) != 0)
        {
            receiver.Clear();
            overrun = false;
            characterTimeout = false;
            RestartCharacterTimeout();
        }
        fifoEnabled = enable;
        triggerLevel = !enable ? 1 : (value >> 6) switch { 0 => 1, 1 => 4, 2 => 8, _ => 14 };
        ExpectInput();
        UpdateInterrupt();
    }

    private void WriteModemControl(byte value)
    {
        modemControl = (ModemControl)value & ModemControl.All;
        UpdateModemInputs();
        ExpectInput();
        UpdateInterrupt();
    }

    private byte ReadLineStatus()
    {
        int status = 0x60 | (receiver.Count > 0 ? 1 : 0) | (overrun ? 2 : 0);
        overrun = false;
        UpdateInterrupt();
        return (byte)status;
    }

    private byte ReadModemStatus()
    {
        UpdateModemInputs();
        int status = modemInputs | modemDeltas;
        modemDeltas = 0;
        UpdateInterrupt();
        return (byte)status;
    }

    private byte ReadInterruptIdentification()
    {
        int source = PendingInterrupt();
        if (source == 0x2)
        {
            transmitterEmptyPending = false;
            UpdateInterrupt();
        }
        return (byte)(source | (fifoEnabled ? 0xc0 : 0));
    }

    /// <summary>The IIR code of the pending interrupt that ranks highest, 1 when there is none (PC16550D data sheet, table V).</summary>
    private int PendingInterrupt()
    {
        if (enabled.HasFlag(InterruptEnable.LineStatus) && overrun) return 0x6;
        if (enabled.HasFlag(InterruptEnable.ReceivedData) && receiver.Count >= triggerLevel) return 0x4;
        if (enabled.HasFlag(InterruptEnable.ReceivedData) && characterTimeout) return 0xc;
        if (enabled.HasFlag(InterruptEnable.TransmitterEmpty) && transmitterEmptyPending) return 0x2;
        if (enabled.HasFlag(InterruptEnable.ModemStatus) && modemDeltas != 0) return 0x0;
        return 0x1;
    }

    private void UpdateInterrupt() => interrupt.SetLevel(PendingInterrupt() != 0x1);

    private void UpdateModemInputs()
    {
        ModemStatus now = ModemStatus.ClearToSend | ModemStatus.DataSetReady;
        if (backend.CarrierPresent) now |= ModemStatus.CarrierDetect;
        if (IsLoopback)
        {
            // The four outputs are wired to the four inputs (data sheet, 8.6.7).
            now = (modemControl.HasFlag(ModemControl.RequestToSend) ? ModemStatus.ClearToSend : 0)
                | (modemControl.HasFlag(ModemControl.DataTerminalReady) ? ModemStatus.DataSetReady : 0)
                | (modemControl.HasFlag(ModemControl.Out1) ? ModemStatus.RingIndicator : 0)
                | (modemControl.HasFlag(ModemControl.Out2) ? ModemStatus.CarrierDetect : 0);
        }
        int changed = modemInputs ^ (byte)now;
        // The ring indicator's delta marks its trailing edge alone.
        if (((byte)now & (byte)ModemStatus.RingIndicator) != 0) changed &= ~(byte)ModemStatus.RingIndicator;
        modemInputs = (byte)now;
        modemDeltas |= (byte)(changed >> 4);
    }

    /// <summary>Starts the wait of one character time when the guest asks for input and has none.</summary>
    private void ExpectInput()
    {
        if (receiveTimer != 0 || receiver.Count > 0 || IsLoopback) return;
        if (backend.DeliversOnRequestOnly && !modemControl.HasFlag(ModemControl.RequestToSend)) return;
        if (!backend.CarrierPresent) return;
        receiveTimer = clock.Schedule(clock.NowNanoseconds + CharacterNanoseconds, receiveDue, $"{name}: next character arrives");
    }

    private void Receive()
    {
        if (IsLoopback || receiver.Count >= Capacity) return;
        if (backend.DeliversOnRequestOnly && !modemControl.HasFlag(ModemControl.RequestToSend)) return;
        if (receiver.Count == 0 && modemControl.HasFlag(ModemControl.RequestToSend) && !Fill()) backend.RequestInput();
        Fill();
        UpdateModemInputs();
        UpdateInterrupt();
    }

    private bool Fill()
    {
        bool any = false;
        while (receiver.Count < Capacity && backend.TryReceive(out byte value))
        {
            Accept(value);
            any = true;
        }
        return any;
    }

    private void Accept(byte value)
    {
        receiver.Enqueue(value);
        RestartCharacterTimeout();
    }

    /// <summary>A FIFO that holds less than its trigger level interrupts after four character times without traffic.</summary>
    private void RestartCharacterTimeout()
    {
        if (timeoutTimer != 0) clock.Cancel(timeoutTimer);
        timeoutTimer = 0;
        if (!fifoEnabled || receiver.Count == 0 || receiver.Count >= triggerLevel || characterTimeout) return;
        timeoutTimer = clock.Schedule(clock.NowNanoseconds + 4 * CharacterNanoseconds, characterTimeoutDue, $"{name}: FIFO character timeout");
    }
}
