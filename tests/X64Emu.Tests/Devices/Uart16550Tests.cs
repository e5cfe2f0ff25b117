using System.Text;
using X64Emu.Bus;
using X64Emu.Devices;
using Xunit;

namespace X64Emu.Tests.Devices;

public sealed class Uart16550Tests
{
    private const ushort Data = 0, InterruptEnable = 1, InterruptId = 2, FifoControl = 2, LineControl = 3, ModemControl = 4, LineStatus = 5, ModemStatus = 6;
    private const ulong CharacterTimeNanoseconds = 100_000;
    private readonly VirtualClock clock = new();
    private readonly Wire wire = new();

    [Fact]
    public void Transmit_Bytes_ReachTheBackendOnFlush()
    {
        MemoryStream output = new();
        StreamSerialBackend backend = new(Stream.Null, output);
        Uart16550 uart = new(backend, wire, clock);
        foreach (byte value in "hi\n"u8) uart.Write(0x3f8, 1, value);
        Assert.Equal(0, output.Length);
        backend.Flush();
        Assert.Equal("hi\n"u8.ToArray(), output.ToArray());
        Assert.Equal(0x60u, uart.Read(0x3fd, 1));
    }

    [Fact]
    public void DivisorLatch_Selected_HidesDataAndInterruptEnable()
    {
        Uart16550 uart = Create("");
        uart.Write(InterruptEnable, 1, 0xff);
        uart.Write(LineControl, 1, 0x83);
        uart.Write(0, 1, 0x34);
        uart.Write(1, 1, 0x12);
        Assert.Equal(0x34u, uart.Read(0, 1));
        Assert.Equal(0x12u, uart.Read(1, 1));
        uart.Write(LineControl, 1, 0x03);
        Assert.Equal(0x0fu, uart.Read(InterruptEnable, 1));
        uart.Write(7, 1, 0xa5);
        Assert.Equal(0xa5u, uart.Read(7, 1));
    }

    [Fact]
    public void TransmitterInterrupt_EnabledThenIdentified_IsRaisedAgainByTheNextByte()
    {
        Uart16550 uart = Create("");
        uart.Write(InterruptEnable, 1, 2);
        Assert.True(wire.Level);
        Assert.Equal(2u, uart.Read(InterruptId, 1));
        Assert.False(wire.Level);
        Assert.Equal(1u, uart.Read(InterruptId, 1));
        uart.Write(Data, 1, 'x');
        Assert.True(wire.Level);
    }

    [Fact]
    public void Receive_ReadyToSendLow_DeliversNothing()
    {
        Uart16550 uart = Create("abc");
        Advance(10 * CharacterTimeNanoseconds);
        uart.Poll();
        Assert.Equal(0u, uart.Read(LineStatus, 1) & 1);
        Assert.Equal(ulong.MaxValue, clock.NextDeadlineNanoseconds);
    }

    [Fact]
    public void Receive_ReadyToSendHigh_DeliversThenDropsCarrierAtTheEnd()
    {
        Uart16550 uart = Create("abc");
        uart.Write(FifoControl, 1, 1);
        uart.Write(InterruptEnable, 1, 9);
        uart.Write(ModemControl, 1, 2);
        Assert.Equal(0u, uart.Read(LineStatus, 1) & 1);
        Advance(CharacterTimeNanoseconds);
        Assert.True(wire.Level);
        Assert.Equal(0xc4u, uart.Read(InterruptId, 1));
        Assert.Equal("abc", ReadAll(uart));
        Assert.Equal(0x80u, uart.Read(ModemStatus, 1) & 0x88);
        Advance(CharacterTimeNanoseconds);
        Assert.Equal(0xc0u, uart.Read(InterruptId, 1));
        Assert.Equal(0x08u, uart.Read(ModemStatus, 1) & 0x88);
        Assert.False(wire.Level);
        Assert.Equal(0u, uart.Read(ModemStatus, 1) & 0x0f);
        Assert.Equal(ulong.MaxValue, clock.NextDeadlineNanoseconds);
    }

    [Fact]
    public void Receive_MoreThanAFifo_ComesInFifoLoads()
    {
        string text = string.Concat(Enumerable.Range(0, 40).Select(number => (char)('A' + number % 26)));
        Uart16550 uart = Create(text);
        uart.Write(FifoControl, 1, 1);
        uart.Write(ModemControl, 1, 2);
        StringBuilder received = new();
        for (int round = 0; round < 4; round++)
        {
            Advance(CharacterTimeNanoseconds);
            string load = ReadAll(uart);
            Assert.True(load.Length <= 16);
            received.Append(load);
        }
        Assert.Equal(text, received.ToString());
    }

    [Fact]
    public void Receive_FifoOff_HoldsOneByte()
    {
        Uart16550 uart = Create("ab");
        uart.Write(ModemControl, 1, 2);
        Advance(CharacterTimeNanoseconds);
        Assert.Equal('a', (char)uart.Read(Data, 1));
        Assert.Equal(0u, uart.Read(LineStatus, 1) & 1);
        Advance(CharacterTimeNanoseconds);
        Assert.Equal('b', (char)uart.Read(Data, 1));
    }

    [Fact]
    public void CharacterTimeout_BelowTriggerLevel_InterruptsAfterFourCharacterTimes()
    {
        Uart16550 uart = Create("abc");
        uart.Write(FifoControl, 1, 0xc1);
        uart.Write(InterruptEnable, 1, 1);
        uart.Write(ModemControl, 1, 2);
        Advance(CharacterTimeNanoseconds);
        Assert.Equal(1u, uart.Read(LineStatus, 1) & 1);
        Assert.False(wire.Level);
        Advance(4 * CharacterTimeNanoseconds);
        Assert.True(wire.Level);
        Assert.Equal(0xccu, uart.Read(InterruptId, 1));
        uart.Read(Data, 1);
        Assert.False(wire.Level);
        Advance(4 * CharacterTimeNanoseconds);
        Assert.True(wire.Level);
    }

    [Fact]
    public void Loopback_Bytes_ComeBackAndOverrunIsReportedOnce()
    {
        MemoryStream output = new();
        StreamSerialBackend backend = new(Stream.Null, output);
        Uart16550 uart = new(backend, wire, clock);
        uart.Write(FifoControl, 1, 1);
        uart.Write(InterruptEnable, 1, 4);
        uart.Write(ModemControl, 1, 0x10);
        for (int value = 0; value < 17; value++) uart.Write(Data, 1, (uint)value);
        Assert.Equal(0xc6u, uart.Read(InterruptId, 1));
        Assert.Equal(0x63u, uart.Read(LineStatus, 1));
        Assert.Equal(0x61u, uart.Read(LineStatus, 1));
        Assert.False(wire.Level);
        for (uint value = 0; value < 16; value++) Assert.Equal(value, uart.Read(Data, 1));
        backend.Flush();
        Assert.Empty(output.ToArray());
    }

    [Fact]
    public void Loopback_ModemOutputs_AppearAsInputs()
    {
        Uart16550 uart = Create("");
        uart.Write(ModemControl, 1, 0x10);
        Assert.Equal(0x0bu, uart.Read(ModemStatus, 1));
        uart.Write(ModemControl, 1, 0x1f);
        Assert.Equal(0xfbu, uart.Read(ModemStatus, 1));
        uart.Write(ModemControl, 1, 0x1b);
        Assert.Equal(0xb4u, uart.Read(ModemStatus, 1));
    }

    [Fact]
    public void Poll_InteractiveBackend_DeliversWithoutReadyToSend()
    {
        MemoryStream output = new();
        InteractiveSerialBackend backend = new(new MemoryStream("k"u8.ToArray()), output);
        using ManualResetEventSlim ended = new();
        int news = 0;
        backend.HostInputArrived += () =>
        {
            if (Interlocked.Increment(ref news) == 2) ended.Set();
        };
        Uart16550 uart = new(backend, wire, clock);
        uart.Write(InterruptEnable, 1, 1);
        backend.Start();
        Assert.True(ended.Wait(10_000));
        Assert.False(wire.Level);
        Assert.True(backend.HasNews);
        uart.Poll();
        Assert.True(wire.Level);
        Assert.Equal('k', (char)uart.Read(Data, 1));
        Assert.Equal(0x00u, uart.Read(ModemStatus, 1) & 0x80);
    }

    [Fact]
    public void AnyAccess_RandomRegisters_NeverThrows()
    {
        Random random = new(1);
        Uart16550 uart = Create(new string('x', 500));
        for (int step = 0; step < 20_000; step++)
        {
            if (random.Next(2) == 0) uart.Write((ushort)random.Next(8), 1, (uint)random.Next());
            else uart.Read((ushort)random.Next(8), 1);
            if (step % 16 == 0) Advance((ulong)random.Next(1_000_000));
        }
    }

    private static string ReadAll(Uart16550 uart)
    {
        StringBuilder text = new();
        while ((uart.Read(LineStatus, 1) & 1) != 0) text.Append((char)uart.Read(Data, 1));
        return text.ToString();
    }

    private Uart16550 Create(string input) =>
        new(new StreamSerialBackend(new MemoryStream(Encoding.ASCII.GetBytes(input)), Stream.Null), wire, clock);

    private void Advance(ulong nanoseconds)
    {
        clock.AdvanceTo(clock.NowNanoseconds + nanoseconds);
        clock.RunDue();
    }
}
