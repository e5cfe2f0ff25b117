using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Drivers;

/// <summary>
/// What COM1 receives. RTS is raised only while a thread waits for input, so that a host that obeys it delivers at repeatable times. DCD low with
/// nothing received any more is the end of input.
/// </summary>
internal static unsafe class SerialInput
{
    private const int Interrupt = 4;
    private const uint Capacity = 4096;

    private static byte* s_ring;
    private static uint s_head;
    private static uint s_tail;
    private static int s_waiters;
    private static bool s_isStopped;
    private static Terminal s_terminal;

    /// <summary>What COM1 had received before the kernel set it up, or -1.</summary>
    public static int EarlyByte { get; set; }

    /// <summary>Woken when bytes came or the line was hung up.</summary>
    public static WaitQueue Arrived { get; private set; }

    /// <summary>Starts receiving; bytes go to a terminal's line discipline, or to the ring when <paramref name="terminal"/> is null.</summary>
    public static void Start(Terminal terminal)
    {
        s_terminal = terminal;
        s_ring = Physical.FramePointer(FrameAllocator.AllocateZeroed());
        Arrived = new WaitQueue();
        if (EarlyByte >= 0) Accept((byte)EarlyByte);
        IoApic.Connect(Interrupt, &OnInterrupt, level: false, "ttyS0");
        Uart16550.Com1.EnableReceiveInterrupt();
    }

    /// <summary>Bytes in the ring.</summary>
    public static uint Available => s_head - s_tail;

    /// <summary>True once no more input will come.</summary>
    public static bool IsHungUp => !Uart16550.Com1.HasCarrier && !Uart16550.Com1.HasData;

    /// <summary>Takes up to <paramref name="capacity"/> bytes out of the ring.</summary>
    public static uint Take(byte* buffer, uint capacity)
    {
        uint count = 0;
        while (count < capacity && s_tail != s_head) buffer[count++] = s_ring[s_tail++ % Capacity];
        if (s_isStopped && count != 0)
        {
            s_isStopped = false;
            Uart16550.Com1.EnableReceiveInterrupt();
            Drain();
        }
        return count;
    }

    /// <summary>A thread starts (true) or stops waiting for input.</summary>
    public static void ExpectInput(bool isWaiting)
    {
        s_waiters += isWaiting ? 1 : -1;
        if (s_waiters == (isWaiting ? 1 : 0)) Uart16550.Com1.SetRequestToSend(isWaiting);
        if (isWaiting) Drain();
    }

    private static void OnInterrupt(int gsi)
    {
        Uart16550.Com1.AcknowledgeInterrupt();
        Drain();
        // Reading the modem status ends its interrupt.
        if (!Uart16550.Com1.HasCarrier) Arrived.WakeAll();
    }

    private static void Drain()
    {
        bool any = false;
        while (Uart16550.Com1.HasData)
        {
            if (s_terminal == null && Available == Capacity)
            {
                // The rest stays in the port until somebody reads.
                s_isStopped = true;
                Uart16550.Com1.DisableInterrupts();
                break;
            }
            Accept(Uart16550.Com1.Receive());
            any = true;
        }
        if (any) Arrived.WakeAll();
    }

    private static void Accept(byte value)
    {
        if (s_terminal != null) s_terminal.Receive(value);
        else s_ring[s_head++ % Capacity] = value;
    }
}
