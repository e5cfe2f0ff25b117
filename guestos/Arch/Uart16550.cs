namespace GuestOs.Arch;

/// <summary>A 16550 serial port: polled transmit, received bytes on request. The port is 8N1 at 115200 baud with FIFOs on.</summary>
internal readonly struct Uart16550
{
    private const int InterruptEnable = 1;
    private const int FifoControl = 2;
    private const int LineControl = 3;
    private const int ModemControl = 4;
    private const int LineStatus = 5;
    private const int ModemStatus = 6;

    private const byte DataReady = 1;
    private const byte TransmitterEmpty = 0x20;
    private const byte CarrierDetect = 0x80;
    private const byte DataTerminalReady = 1;
    private const byte RequestToSend = 2;
    private const byte InterruptLine = 8;
    private const byte Loopback = 0x10;

    private readonly ushort _port;

    private Uart16550(ushort port) => _port = port;

    /// <summary>COM1, interrupt 4.</summary>
    public static Uart16550 Com1 => new Uart16550(0x3f8);

    /// <summary>COM2, interrupt 3.</summary>
    public static Uart16550 Com2 => new Uart16550(0x2f8);

    /// <summary>
    /// Sets line and FIFOs; interrupts off, RTS low. Returns the byte that was received before, which setting the FIFOs up would lose, or -1.
    /// </summary>
    public int Initialize()
    {
        Write(InterruptEnable, 0);
        // In loop-back nothing arrives between the byte that is taken here and the FIFO that starts empty.
        Write(ModemControl, Loopback);
        Write(LineControl, 0x80);
        Write(0, 1);
        Write(1, 0);
        Write(LineControl, 3);
        // A port that is not there reads 0xff.
        bool hasByte = HasData && Cpu.In8((ushort)(_port + LineStatus)) != 0xff;
        int received = hasByte ? Receive() : -1;
        Write(FifoControl, 7);
        Write(ModemControl, DataTerminalReady | InterruptLine);
        return received;
    }

    /// <summary>Interrupts for received bytes and for modem status changes (DCD drops at end of input).</summary>
    public void EnableReceiveInterrupt() => Write(InterruptEnable, 1 | 8);

    /// <summary>No interrupts until <see cref="EnableReceiveInterrupt"/>: received bytes stay in the port.</summary>
    public void DisableInterrupts() => Write(InterruptEnable, 0);

    /// <summary>Sends a byte; waits while the transmitter is full.</summary>
    public void Transmit(byte value)
    {
        // A port that is not there reads 0xff, which looks ready.
        while ((Cpu.In8((ushort)(_port + LineStatus)) & TransmitterEmpty) == 0) Cpu.Pause();
        Write(0, value);
    }

    /// <summary>True when a received byte waits.</summary>
    public bool HasData => (Cpu.In8((ushort)(_port + LineStatus)) & DataReady) != 0;

    /// <summary>Takes the received byte; only when <see cref="HasData"/>.</summary>
    public byte Receive() => Cpu.In8(_port);

    /// <summary>Acknowledges the interrupt by reading its identification.</summary>
    public void AcknowledgeInterrupt() => Cpu.In8((ushort)(_port + FifoControl));

    /// <summary>DCD: low once the peer has no more input.</summary>
    public bool HasCarrier => (Cpu.In8((ushort)(_port + ModemStatus)) & CarrierDetect) != 0;

    /// <summary>RTS tells the peer that somebody waits for input.</summary>
    public void SetRequestToSend(bool on) => Write(ModemControl, (byte)(DataTerminalReady | InterruptLine | (on ? RequestToSend : 0)));

    private void Write(int register, byte value) => Cpu.Out8((ushort)(_port + register), value);
}
