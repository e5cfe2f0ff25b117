using X64Emu.Bus;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Bus;

public sealed unsafe class GuestRamTests
{
    private const ulong GiB = 1UL << 30;

    [Fact]
    public void TryGetPointer_InsideLowRam_GivesBasePlusAddress()
    {
        using GuestRam ram = new(64 << 20);
        Assert.True(ram.TryGetPointer(0x1234, 8) == ram.Base + 0x1234);
        Assert.True(ram.TryGetPointer((64 << 20) - 8, 8) != null);
    }

    [Theory]
    [InlineData((64UL << 20) - 7, 8)]
    [InlineData(64UL << 20, 1)]
    [InlineData(4UL << 30, 1)]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(ulong.MaxValue - 3, 8)]
    [InlineData(0UL, -1)]
    [InlineData(0UL, int.MinValue)]
    public void TryGetPointer_NotAllRam_GivesNull(ulong address, int lengthBytes)
    {
        using GuestRam ram = new(64 << 20);
        Assert.True(ram.TryGetPointer(address, lengthBytes) == null);
    }

    [Fact]
    public void TryGetPointer_TensOfGiB_GoesOnAtFourGiB()
    {
        using GuestRam ram = new(20 * GiB);
        Assert.Equal([new PhysicalMemoryRange(new(0), 3 * GiB), new PhysicalMemoryRange(new(4 * GiB), 17 * GiB)], ram.Ranges.ToArray());
        Assert.True(ram.TryGetPointer(3 * GiB - 1, 2) == null);
        Assert.True(ram.TryGetPointer(3 * GiB, 1) == null);
        Assert.True(ram.TryGetPointer(4 * GiB, 1) == ram.Base + 3 * GiB);
        byte* last = ram.TryGetPointer(21 * GiB - 1, 1);
        Assert.True(last == ram.Base + 20 * GiB - 1);
        *last = 42;
        Assert.True(ram.TryGetPointer(21 * GiB - 1, 2) == null);
        Assert.Equal(21 * GiB / 4096, ram.PhysicalPageLimit);
    }

    [Fact]
    public void ReadWrite_OutsideRam_ChangesNothing()
    {
        using GuestRam ram = new(4096);
        Assert.True(ram.Write(new(4092), [1, 2, 3, 4]));
        Assert.False(ram.Write(new(4093), [9, 9, 9, 9]));
        byte[] read = new byte[4];
        Assert.True(ram.Read(new(4092), read));
        Assert.Equal([1, 2, 3, 4], read);
        Assert.False(ram.Read(new(8192), read));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(4097UL)]
    [InlineData((1UL << 40) + 4096)]
    public void Constructor_OddSize_IsRefused(ulong lengthBytes) => Assert.Throws<ArgumentOutOfRangeException>(() => new GuestRam(lengthBytes));

    [Fact]
    public void GuestMemoryWrite_MarkedPages_ReportsEachOnce()
    {
        using GuestRam ram = new(64 << 10);
        using CodePageMap codePages = new(ram);
        codePages.Mark(1);
        codePages.Mark(3);
        RecordingObserver observer = new();
        GuestMemory memory = new(ram, codePages, observer);

        Assert.True(memory.Write(new(0xfff), new byte[0x1002]));
        Assert.True(memory.Write(new(0x2000), new byte[0x1000]));
        Assert.True(memory.Write(new(0x3000), []));
        Assert.False(memory.Write(new(0xffff), new byte[2]));
        Assert.Equal([1UL], observer.Pages);
        codePages.Clear(1);
        Assert.True(memory.Write(new(0x1000), new byte[0x2001]));
        Assert.Equal([1UL, 3UL], observer.Pages);
    }

    [Fact]
    public void CodePageMap_OutsideRam_IsNeverMarked()
    {
        using GuestRam ram = new(64 << 10);
        using CodePageMap codePages = new(ram);
        codePages.Mark(16);
        codePages.Clear(ulong.MaxValue);
        Assert.False(codePages.ContainsCode(16));
        codePages.Mark(15);
        Assert.True(codePages.Flags[15] == 1 && codePages.ContainsCode(15));
    }

    private sealed class RecordingObserver : ICodeWriteObserver
    {
        public List<ulong> Pages { get; } = [];

        public void PageWritten(ulong physicalPageNumber) => Pages.Add(physicalPageNumber);
    }
}
