using System.Buffers.Binary;
using System.Globalization;
using X64Emu.Bus;
using X64Emu.Devices;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Devices;

public sealed class DebugDeviceTests
{
    [Fact]
    public void DebugExit_Write_StopsWithTheValue()
    {
        RecordingMachine machine = new();
        DebugExit exit = new(machine);
        PortBus ports = new();
        ports.Map(DebugExit.Port, DebugExit.PortCount, exit, 4);
        Assert.Null(exit.ExitValue);
        ports.Write(0xf4, 4, 0x1_0203);
        Assert.Equal(0x1_0203u, exit.ExitValue);
        Assert.Equal((DeviceStopReason.DebugExit, 0x1_0203u), Assert.Single(machine.Requests));
    }

    [Fact]
    public void KeyboardController_ResetCommand_StopsAsReset()
    {
        RecordingMachine machine = new();
        KeyboardController keyboard = new(machine);
        keyboard.Write(0x64, 1, 0xd1);
        Assert.Empty(machine.Requests);
        keyboard.Write(0x64, 1, 0xfe);
        Assert.Equal((DeviceStopReason.Reset, 0u), Assert.Single(machine.Requests));
        Assert.Equal(0u, keyboard.Read(0x64, 1) & 3);
    }

    [Fact]
    public void DebugConsole_Write_ReachesOutput()
    {
        MemoryStream output = new();
        StreamSerialBackend backend = new(Stream.Null, output);
        DebugConsole console = new(backend);
        console.Write(0xe9, 1, '!');
        backend.Flush();
        Assert.Equal("!"u8.ToArray(), output.ToArray());
        Assert.Equal(0xe9u, console.Read(0xe9, 1));
    }

    [Fact]
    public void TracePort_RecordInRam_IsParsed()
    {
        byte[] record = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(record, 3);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), 42);
        for (int word = 1; word < 5; word++) BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(8 * word), 0x1111_0000_0000_0000UL * (ulong)word);
        "cow-fork"u8.CopyTo(record.AsSpan(40));
        using GuestRam ram = new(1 << 20);
        ram.Write(new PhysicalAddress(0x2000), record);
        RecordingListener listener = new();
        using CodePageMap codePages = new(ram);
        TracePort port = new(new GuestMemory(ram, codePages, listener), listener);

        port.Write(TracePort.Port, 4, 0x2000);

        GuestTraceRecord expected = new(
            GuestTraceKind.Exec, 42, 0x1111_0000_0000_0000, 0x2222_0000_0000_0000, 0x3333_0000_0000_0000, 0x4444_0000_0000_0000, "cow-fork");
        Assert.Equal(expected, Assert.Single(listener.Records));
    }

    [Fact]
    public void FaultKindsAndTraits_OfKernelAndMachine_AreTheSame()
    {
        Assert.Equal(Constants<GuestOs.Arch.FaultKind>(), Constants<GuestFaultKind>());
        Assert.Equal(Constants<GuestOs.Arch.FaultTraits>(), Constants<GuestFaultTraits>());

        static IEnumerable<(string Name, ulong Value)> Constants<TEnum>() where TEnum : struct, Enum =>
            Enum.GetValues<TEnum>().Select(value => (value.ToString(), Convert.ToUInt64(value, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(TracePort.Port, 4, 0xffff_fff0u)]
    [InlineData(TracePort.Port, 4, (1u << 20) - 63)]
    [InlineData(TracePort.Port, 1, 0u)]
    [InlineData(TracePort.Port + 2, 4, 0u)]
    public void TracePort_MalformedWrite_IsIgnored(int port, int sizeBytes, uint value)
    {
        using GuestRam ram = new(1 << 20);
        using CodePageMap codePages = new(ram);
        RecordingListener listener = new();
        TracePort trace = new(new GuestMemory(ram, codePages, listener), listener);
        trace.Write((ushort)port, sizeBytes, value);
        Assert.Empty(listener.Records);
    }

    [Fact]
    public void GuestTraceRecord_FullLengthName_IsKept()
    {
        byte[] record = new byte[64];
        record.AsSpan(40, 16).Fill((byte)'n');
        Assert.Equal(new string('n', 16), GuestTraceRecord.Parse(record).Name);
    }

    private sealed class RecordingMachine : IMachineControl
    {
        public List<(DeviceStopReason, uint)> Requests { get; } = [];

        public void RequestStop(DeviceStopReason reason, uint value) => Requests.Add((reason, value));
    }

    private sealed class RecordingListener : IGuestTraceListener, ICodeWriteObserver
    {
        public List<GuestTraceRecord> Records { get; } = [];

        public void Reported(in GuestTraceRecord record) => Records.Add(record);

        public void PageWritten(ulong physicalPageNumber) => Assert.Fail("no page is marked");
    }
}
