using System.Buffers.Binary;
using X64Emu.Bus;
using X64Emu.Devices.NineP;
using X64Emu.Devices.Virtio;
using X64Emu.Primitives;
using X64Emu.Tests.Devices.NineP;
using Xunit;

namespace X64Emu.Tests.Devices.Virtio;

public sealed class VirtioTests : IDisposable, ICodeWriteObserver
{
    private const ulong Descriptors = 0x1000, Available = 0x1080, Used = 0x2000, Buffers = 0x1_0000;
    private const ushort Next = 1, Writable = 2, Indirect = 4;
    private readonly GuestRam ram = new(4 << 20);
    private readonly CodePageMap codePages;
    private readonly Wire wire = new();
    private readonly List<ulong> writtenPages = [];
    private ushort available;

    public VirtioTests() => codePages = new CodePageMap(ram);

    public static TheoryData<VirtioMmioVersion> Versions => [VirtioMmioVersion.Legacy, VirtioMmioVersion.Modern];

    public void Dispose()
    {
        codePages.Dispose();
        ram.Dispose();
    }

    void ICodeWriteObserver.PageWritten(ulong physicalPageNumber) => writtenPages.Add(physicalPageNumber);

    [Theory]
    [MemberData(nameof(Versions))]
    public void Registers_Identify_DeviceAndVersion(VirtioMmioVersion version)
    {
        VirtioMmio mmio = Create(new VirtioRng(1), version);
        Assert.Equal(0x7472_6976UL, mmio.Read(0, 4));
        Assert.Equal((ulong)version, mmio.Read(4, 4));
        Assert.Equal(4UL, mmio.Read(8, 4));
        Assert.Equal(128UL, mmio.Read(0x34, 4));
        mmio.Write(0x30, 4, 7);
        Assert.Equal(0UL, mmio.Read(0x34, 4));
        mmio.Write(0x14, 4, 1);
        Assert.Equal(version == VirtioMmioVersion.Modern ? 1UL : 0, mmio.Read(0x10, 4));
        Assert.Equal(0UL, mmio.Read(0, 1));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Rng_Request_GivesTheSameBytesAfterReset(VirtioMmioVersion version)
    {
        VirtioMmio mmio = Create(new VirtioRng(42), version);
        byte[] first = AskForRandom(mmio, version);
        Assert.True(wire.Level);
        Assert.Equal(1UL, mmio.Read(0x60, 4));
        mmio.Write(0x64, 4, 1);
        Assert.False(wire.Level);
        mmio.Write(0x70, 4, 0);
        available = 0;
        ram.Write(new(Used), new byte[64]);
        Assert.Equal(first, AskForRandom(mmio, version));
        Assert.NotEqual(new byte[64], first);
    }

    [Fact]
    public void Rng_IntoACodePage_TellsTheProcessor()
    {
        VirtioMmio mmio = Create(new VirtioRng(42), VirtioMmioVersion.Modern);
        codePages.Mark(Buffers / 4096);
        AskForRandom(mmio, VirtioMmioVersion.Modern);
        // One report per descriptor.
        Assert.Equal([Buffers / 4096, Buffers / 4096], writtenPages);
    }

    [Fact]
    public void Features_NotOfferedOrNotModern_AreNotAccepted()
    {
        VirtioMmio mmio = Create(new VirtioRng(1), VirtioMmioVersion.Modern);
        mmio.Write(0x70, 4, 3);
        mmio.Write(0x70, 4, 11);
        Assert.Equal(3UL, mmio.Read(0x70, 4));
        mmio.Write(0x24, 4, 1);
        mmio.Write(0x20, 4, 1);
        mmio.Write(0x24, 4, 0);
        mmio.Write(0x20, 4, 1);
        mmio.Write(0x70, 4, 11);
        Assert.Equal(3UL, mmio.Read(0x70, 4));
        mmio.Write(0x20, 4, 0);
        mmio.Write(0x70, 4, 11);
        Assert.Equal(11UL, mmio.Read(0x70, 4));
    }

    [Fact]
    public void Interrupt_DriverAskedForNone_StaysLow()
    {
        VirtioMmio mmio = Create(new VirtioRng(1), VirtioMmioVersion.Modern);
        Start(mmio, VirtioMmioVersion.Modern, 8);
        ram.Write(new(Available), [1, 0]);
        Describe(0, Buffers, 16, Writable, 0);
        Offer(mmio, 0);
        Assert.False(wire.Level);
        Assert.Equal(1, UsedIndex());
    }

    [Fact]
    public void Block_ReadWriteFlushIdentify_FollowTheProtocol()
    {
        MemoryBlockBackend backend = new(1 << 20);
        VirtioMmio mmio = Create(new VirtioBlock(backend, "disk"), VirtioMmioVersion.Modern);
        Assert.Equal(2048UL, mmio.Read(0x100, 8));
        Assert.Equal(512UL, mmio.Read(0x114, 4));
        Start(mmio, VirtioMmioVersion.Modern, 8);
        byte[] data = [.. Enumerable.Range(0, 1024).Select(index => (byte)(index * 7))];

        Assert.Equal((0, 1u), BlockRequest(mmio, 1, 3, data, 0));
        Assert.Equal((0, 1025u), BlockRequest(mmio, 0, 3, null, 1024));
        Assert.Equal(data, Bytes(Buffers + 0x1000, 1024));
        Assert.Equal((0, 1u), BlockRequest(mmio, 4, 0, null, 0));
        Assert.Equal((0, 21u), BlockRequest(mmio, 8, 0, null, 20));
        Assert.Equal("disk\0"u8.ToArray(), Bytes(Buffers + 0x1000, 5));
        Assert.Equal(2, BlockRequest(mmio, 99, 0, null, 0).Status);
        Assert.Equal(1, BlockRequest(mmio, 0, 2047, null, 1024).Status);
        Assert.Equal(1, BlockRequest(mmio, 0, ulong.MaxValue, null, 512).Status);
        Assert.Equal(1, BlockRequest(mmio, 0, 0, null, 100).Status);
    }

    [Fact]
    public void Block_ReadOnlyBackend_RefusesWritesAndSaysSo()
    {
        using MemoryStream image = new(new byte[4096], writable: false);
        VirtioMmio mmio = Create(new VirtioBlock(new StreamBlockBackend(image)), VirtioMmioVersion.Legacy);
        Assert.NotEqual(0UL, mmio.Read(0x10, 4) & (1 << 5));
        Start(mmio, VirtioMmioVersion.Legacy, 8);
        Assert.Equal(1, BlockRequest(mmio, 1, 0, new byte[512], 0).Status);
        Assert.Equal(0, BlockRequest(mmio, 0, 7, null, 512).Status);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void NineP_OverIndirectDescriptors_Answers(VirtioMmioVersion version)
    {
        using TemporaryTree tree = new();
        using NinePServer server = SharedDirectory.Serve(tree.Root);
        VirtioMmio mmio = Create(new Virtio9p("host", server), version);
        Assert.Equal(4UL, mmio.Read(0x100, 2));
        Assert.Equal('h', (char)mmio.Read(0x102, 1));
        Start(mmio, version, 8);
        byte[] message = NinePClient.Encode(100, 8192u, "9P2000.L");
        ram.Write(new(Buffers), message);
        WriteDescriptor(Buffers + 0x800, Buffers, (uint)message.Length, Next, 1);
        WriteDescriptor(Buffers + 0x810, Buffers + 0x1000, 5, Writable | Next, 2);
        WriteDescriptor(Buffers + 0x820, Buffers + 0x2000, 8192, Writable, 0);
        Describe(3, Buffers + 0x800, 48, Indirect, 0);
        Offer(mmio, 3);
        Assert.Equal(1, UsedIndex());
        Assert.Equal(21u, BinaryPrimitives.ReadUInt32LittleEndian(Bytes(Used + 8, 4)));
        Assert.Equal([21, 0, 0, 0, 101], Bytes(Buffers + 0x1000, 5));
        Assert.Equal("9P2000.L"u8.ToArray(), Bytes(Buffers + 0x2000 + 8, 8));
    }

    public static TheoryData<string> Hostilities =>
        ["head", "loop", "next", "outside", "wrap", "huge", "order", "nested", "indirect-size", "indirect-next", "index"];

    [Theory]
    [MemberData(nameof(Hostilities))]
    public void Ring_Hostile_StopsTheDeviceUntilReset(string hostility)
    {
        VirtioMmio mmio = Create(new VirtioRng(1), VirtioMmioVersion.Modern);
        Start(mmio, VirtioMmioVersion.Modern, 8);
        ushort head = 0;
        Describe(0, Buffers, 16, Writable, 0);
        switch (hostility)
        {
            case "head": head = 8; break;
            case "loop": Describe(0, Buffers, 16, Writable | Next, 0); break;
            case "next": Describe(0, Buffers, 16, Writable | Next, 8); break;
            case "outside": Describe(0, 3UL << 30, 16, Writable, 0); break;
            case "wrap": Describe(0, ulong.MaxValue - 3, 16, Writable, 0); break;
            case "huge": Describe(0, Buffers, uint.MaxValue, Writable, 0); break;
            case "order":
                Describe(0, Buffers, 16, Writable | Next, 1);
                Describe(1, Buffers, 16, 0, 0);
                break;
            case "nested":
                Describe(0, Buffers, 16, Indirect, 0);
                WriteDescriptor(Buffers, Buffers, 16, Indirect, 0);
                break;
            case "indirect-size": Describe(0, Buffers, 24, Indirect, 0); break;
            case "indirect-next": Describe(0, Buffers, 16, Indirect | Next, 1); break;
            case "index": available += 20; break;
            default: break;
        }
        Offer(mmio, head);
        Assert.Equal(0x40UL, mmio.Read(0x70, 4) & 0x40);
        Assert.Equal(2UL, mmio.Read(0x60, 4) & 2);
        Assert.True(wire.Level);
        int used = UsedIndex();
        Describe(0, Buffers, 16, Writable, 0);
        Offer(mmio, 0);
        Assert.Equal(used, UsedIndex());
        mmio.Write(0x70, 4, 0);
        Assert.Equal(0UL, mmio.Read(0x70, 4));
        Assert.False(wire.Level);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Anything_RandomRegistersAndRings_NeverThrows(VirtioMmioVersion version)
    {
        using TemporaryTree tree = new();
        using NinePServer server = SharedDirectory.Serve(tree.Root);
        foreach (VirtioDevice device in (VirtioDevice[])[new VirtioRng(1), new VirtioBlock(new MemoryBlockBackend(1 << 16)), new Virtio9p("t", server)])
        {
            VirtioMmio mmio = Create(device, version);
            Random random = new(5);
            byte[] noise = new byte[0x3000];
            for (int round = 0; round < 300; round++)
            {
                for (int index = 0; index < noise.Length; index++) noise[index] = (byte)random.Next(random.Next(3) == 0 ? 256 : 3);
                ram.Write(new(Descriptors), noise);
                mmio.Write(0x70, 4, 0);
                available = 0;
                Start(mmio, version, 8);
                for (int step = 0; step < 10; step++)
                {
                    mmio.Write(0x50, 4, (ulong)random.Next(2));
                    mmio.Write((ulong)random.Next(0x200) & ~3UL, 4, (ulong)random.Next(16));
                    mmio.Read((ulong)random.Next(0x200), 1 << random.Next(4));
                }
            }
        }
    }

    private VirtioMmio Create(VirtioDevice device, VirtioMmioVersion version) => new(device, new GuestMemory(ram, codePages, this), wire, version);

    private static void Start(VirtioMmio mmio, VirtioMmioVersion version, uint size)
    {
        mmio.Write(0x70, 4, 3);
        if (version == VirtioMmioVersion.Legacy)
        {
            mmio.Write(0x28, 4, 4096);
            mmio.Write(0x30, 4, 0);
            mmio.Write(0x38, 4, size);
            mmio.Write(0x3c, 4, 4096);
            mmio.Write(0x40, 4, Descriptors / 4096);
        }
        else
        {
            mmio.Write(0x24, 4, 1);
            mmio.Write(0x20, 4, 1);
            mmio.Write(0x24, 4, 0);
            mmio.Write(0x20, 4, 1 << 28);
            mmio.Write(0x70, 4, 11);
            mmio.Write(0x30, 4, 0);
            mmio.Write(0x38, 4, size);
            mmio.Write(0x80, 4, Descriptors);
            mmio.Write(0x90, 4, Available);
            mmio.Write(0xa0, 4, Used);
            mmio.Write(0x44, 4, 1);
        }
        mmio.Write(0x70, 4, 15);
    }

    private byte[] AskForRandom(VirtioMmio mmio, VirtioMmioVersion version)
    {
        ram.Write(new(Descriptors), new byte[0x1000]);
        Start(mmio, version, 8);
        Describe(0, Buffers, 40, Writable | Next, 5);
        Describe(5, Buffers + 40, 24, Writable, 0);
        Offer(mmio, 0);
        Assert.Equal(1, UsedIndex());
        Assert.Equal(64u, BinaryPrimitives.ReadUInt32LittleEndian(Bytes(Used + 8, 4)));
        return Bytes(Buffers, 64);
    }

    private (byte Status, uint WrittenBytes) BlockRequest(VirtioMmio mmio, uint type, ulong sector, byte[]? send, uint receiveBytes)
    {
        byte[] header = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(header, type);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(8), sector);
        ram.Write(new(Buffers), header);
        Describe(0, Buffers, 16, Next, 1);
        if (send is not null)
        {
            ram.Write(new(Buffers + 0x100), send);
            Describe(1, Buffers + 0x100, (uint)send.Length, Next, 2);
        }
        else
        {
            Describe(1, Buffers + 0x1000, receiveBytes, Next | Writable, 2);
        }
        Describe(2, Buffers + 0x8000, 1, Writable, 0);
        ram.Write(new(Buffers + 0x8000), [0xee]);
        int slot = UsedIndex() % 8;
        Offer(mmio, 0);
        return (Bytes(Buffers + 0x8000, 1)[0], BinaryPrimitives.ReadUInt32LittleEndian(Bytes(Used + 8 + 8 * (ulong)slot, 4)));
    }

    private void Describe(int index, ulong address, uint lengthBytes, ushort flags, ushort next) =>
        WriteDescriptor(Descriptors + 16 * (ulong)index, address, lengthBytes, flags, next);

    private void WriteDescriptor(ulong at, ulong address, uint lengthBytes, ushort flags, ushort next)
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, address);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), lengthBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(12), flags);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(14), next);
        ram.Write(new(at), bytes);
    }

    private void Offer(VirtioMmio mmio, ushort head)
    {
        byte[] word = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(word, head);
        ram.Write(new(Available + 4 + 2 * (ulong)(available % 8)), word);
        BinaryPrimitives.WriteUInt16LittleEndian(word, ++available);
        ram.Write(new(Available + 2), word);
        mmio.Write(0x50, 4, 0);
    }

    private int UsedIndex() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(Used + 2, 2));

    private byte[] Bytes(ulong address, int count)
    {
        byte[] bytes = new byte[count];
        Assert.True(ram.Read(new PhysicalAddress(address), bytes));
        return bytes;
    }
}
