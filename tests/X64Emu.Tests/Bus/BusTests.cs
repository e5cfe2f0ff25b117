using X64Emu.Bus;
using Xunit;

namespace X64Emu.Tests.Bus;

public sealed class BusTests
{
    [Fact]
    public void MmioRead_Unmapped_GivesAllOnes()
    {
        MmioBus bus = new();
        Assert.Equal(0xffUL, bus.Read(new(0xfeb00000), 1));
        Assert.Equal(ulong.MaxValue, bus.Read(new(ulong.MaxValue), 8));
        bus.Write(new(0xfeb00000), 8, 1);
    }

    [Fact]
    public void MmioAccess_Mapped_ReachesDeviceWithOffset()
    {
        MmioBus bus = new();
        RecordingDevice device = new();
        bus.Map(new(new(0x1000), 0x100), device);
        Assert.Equal(0x1111_1111UL, bus.Read(new(0x1004), 4));
        bus.Write(new(0x10f8), 8, 0x1234_5678_9abc_def0);
        Assert.Equal(["r 4+4", "w f8+8=123456789abcdef0"], device.Log);
        bus.Unmap(device);
        Assert.Equal(0xffffUL, bus.Read(new(0x1004), 2));
    }

    [Fact]
    public void MmioAccess_OddSizeOrAcrossTheEnd_IsSplit()
    {
        MmioBus bus = new();
        RecordingDevice device = new();
        bus.Map(new(new(0x1000), 0x100), device);
        Assert.Equal(0x11_1111UL, bus.Read(new(0x1001), 3));
        Assert.Equal(0xffff_ffff_1111_1111UL, bus.Read(new(0x10fc), 8));
        bus.Write(new(0x10fe), 4, 0xaabbccdd);
        Assert.Equal(["r 1+1", "r 2+2", "r fc+4", "w fe+2=ccdd"], device.Log);
    }

    [Fact]
    public void MmioMap_Overlap_IsRefused()
    {
        MmioBus bus = new();
        bus.Map(new(new(0x1000), 0x100), new RecordingDevice());
        Assert.Throws<ArgumentException>(() => bus.Map(new(new(0x10ff), 1), new RecordingDevice()));
        bus.Map(new(new(0x1100), 0x100), new RecordingDevice());
    }

    [Fact]
    public void PortAccess_Unmapped_GivesAllOnes()
    {
        PortBus bus = new();
        Assert.Equal(0xffu, bus.Read(0x80, 1));
        Assert.Equal(0xffff_ffffu, bus.Read(0xffff, 4));
        bus.Write(0xffff, 4, 1);
    }

    [Fact]
    public void PortAccess_WiderThanTheDevice_IsSplitIntoBytes()
    {
        PortBus bus = new();
        RecordingDevice narrow = new(), wide = new();
        bus.Map(0x70, 2, narrow);
        bus.Map(0xf4, 4, wide, 4);
        bus.Write(0x70, 2, 0x55aa);
        Assert.Equal(0xff11u, bus.Read(0x71, 2));
        bus.Write(0xf4, 4, 0x12345678);
        Assert.Equal(["w 70+1=aa", "w 71+1=55", "r 71+1"], narrow.Log);
        Assert.Equal(["w f4+4=12345678"], wide.Log);
        Assert.Equal(0x1111_ffffu, bus.Read(0x6e, 4));
        Assert.Throws<ArgumentException>(() => bus.Map(0x71, 1, wide));
        Assert.Throws<ArgumentException>(() => bus.Map(0xffff, 2, wide));
    }

    private sealed class RecordingDevice : IMmioDevice, IPortDevice
    {
        public List<string> Log { get; } = [];

        public ulong Read(ulong offset, int sizeBytes)
        {
            Log.Add($"r {offset:x}+{sizeBytes}");
            return 0x1111_1111_1111_1111;
        }

        public void Write(ulong offset, int sizeBytes, ulong value) => Log.Add($"w {offset:x}+{sizeBytes}={value:x}");

        public uint Read(ushort port, int sizeBytes) => (uint)Read((ulong)port, sizeBytes);

        public void Write(ushort port, int sizeBytes, uint value) => Write((ulong)port, sizeBytes, value);
    }
}
