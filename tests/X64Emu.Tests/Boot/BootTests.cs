using System.Buffers.Binary;
using System.Text;
using X64Emu.Boot;
using X64Emu.Bus;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Boot;

public sealed class BootTests
{
    private static readonly byte[] Code = [0xf4, 0xeb, 0xfd, 0x90];

    [Fact]
    public void PvhLoad_Kernel_FillsRamAndStartInfo()
    {
        using GuestRam ram = new(64 << 20);
        ram.Write(new(0x20_0000), new byte[] { 9, 9, 9, 9, 9, 9, 9, 9 });
        byte[] file = TestElf.Build64(0xffff_ffff_8020_0000, new(1, 0xffff_ffff_8020_0000, 0x20_0000, Code, 0x1000), TestElf.PvhNote(0x20_0001));

        BootState state = PvhBoot.Load(ElfImage.Parse(file), ram, "quiet -- /bin/hello", [new BootModule(new byte[5000], "initrd")]);

        Assert.Equal(0x20_0001u, state.InstructionPointer);
        Assert.Equal([.. Code, 0, 0, 0, 0], Bytes(ram, 0x20_0000, 8));
        uint info = state.Ebx;
        Assert.Equal(0x336e_c578u, Word(ram, info));
        Assert.Equal(1u, Word(ram, info + 4));
        Assert.Equal(1u, Word(ram, info + 12));
        Assert.Equal("quiet -- /bin/hello", Text(ram, Word(ram, info + 24)));
        uint module = Word(ram, info + 16);
        Assert.Equal((64u << 20) - 8192, Word(ram, module));
        Assert.Equal(5000u, Word(ram, module + 8));
        Assert.Equal("initrd", Text(ram, Word(ram, module + 16)));
        uint map = Word(ram, info + 40);
        Assert.Equal(2u, Word(ram, info + 48));
        Assert.Equal([0u, 0u, 0x9_fc00u, 0u, 1u, 0u, 0x10_0000u, 0u, 63u << 20, 0u, 1u, 0u], Words(ram, map, 12));
    }

    [Fact]
    public void PvhLoad_MoreThanThreeGiB_ListsHighRam()
    {
        using GuestRam ram = new(5UL << 30);
        byte[] file = TestElf.Build64(0, new(1, 0, 0x10_0000, Code, 4), TestElf.PvhNote(0x10_0000));
        uint info = PvhBoot.Load(ElfImage.Parse(file), ram, "").Ebx;
        Assert.Equal(3u, Word(ram, info + 48));
        Assert.Equal([0u, 1u, 0x8000_0000u, 0u, 1u, 0u], Words(ram, Word(ram, info + 40) + 48, 6));
    }

    [Fact]
    public void PvhLoad_KernelInConventionalMemory_IsNotOverwritten()
    {
        using GuestRam ram = new(2 << 20);
        byte[] file = TestElf.Build64(0, new(1, 0, 0x1000, Code, 0x4_0000), TestElf.PvhNote(0x1000));
        uint info = PvhBoot.Load(ElfImage.Parse(file), ram, "x").Ebx;
        Assert.Equal(Code, Bytes(ram, 0x1000, 4));
        Assert.InRange(info, 0x4_1000u, 0x9_fc00u);
    }

    [Fact]
    public void PvhLoad_NoNote_IsRefused()
    {
        using GuestRam ram = new(2 << 20);
        ElfImage image = ElfImage.Parse(TestElf.Build64(0, new TestElf.Segment(1, 0, 0x10_0000, Code, 4)));
        Assert.False(PvhBoot.Accepts(image));
        Assert.Contains("no PVH entry", Refusal(() => PvhBoot.Load(image, ram, "")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x20_0000UL, 4UL)]
    [InlineData(0xffff_ffff_ffff_fffcUL, 4UL)]
    [InlineData(0x10_0000UL, 0xffff_ffff_ffffUL)]
    public void PvhLoad_SegmentOutsideRam_IsRefused(ulong physicalAddress, ulong memoryBytes)
    {
        using GuestRam ram = new(2 << 20);
        ElfImage image = ElfImage.Parse(TestElf.Build64(0, new(1, 0, physicalAddress, Code, memoryBytes), TestElf.PvhNote(0x10_0000)));
        Assert.Contains("does not fit", Refusal(() => PvhBoot.Load(image, ram, "")), StringComparison.Ordinal);
    }

    [Fact]
    public void PvhLoad_OverlapOrHugeInputs_AreRefused()
    {
        using GuestRam ram = new(4 << 20);
        ElfImage overlapping = ElfImage.Parse(TestElf.Build64(0, new(1, 0, 0x10_0000, Code, 0x1000), new(1, 0, 0x10_0fff, Code, 4), TestElf.PvhNote(1)));
        Assert.Contains("overlap", Refusal(() => PvhBoot.Load(overlapping, ram, "")), StringComparison.Ordinal);
        ElfImage image = ElfImage.Parse(TestElf.Build64(0, new(1, 0, 0x10_0000, Code, 4), TestElf.PvhNote(0x10_0000)));
        Assert.Contains("command line", Refusal(() => PvhBoot.Load(image, ram, new string('x', 1 << 20))), StringComparison.Ordinal);
        Assert.Contains("module", Refusal(() => PvhBoot.Load(image, ram, "", [new BootModule(new byte[4 << 20])])), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_BrokenHeaders_GiveOneLine()
    {
        byte[] good = TestElf.Build64(0, new(1, 0, 0x10_0000, Code, 4), TestElf.PvhNote(0x10_0000));
        Assert.Equal("not an ELF file", Refusal(() => ElfImage.Parse("#!/bin/sh"u8.ToArray())));
        Assert.Contains("cut short", Refusal(() => ElfImage.Parse(good.AsMemory(0, 40))), StringComparison.Ordinal);
        Assert.Contains("cut short", Refusal(() => ElfImage.Parse(good.AsMemory(0, good.Length - 21))), StringComparison.Ordinal);
        byte[] bigEndian = [.. good];
        bigEndian[5] = 2;
        Assert.Contains("little-endian", Refusal(() => ElfImage.Parse(bigEndian)), StringComparison.Ordinal);
        byte[] shrinking = TestElf.Build64(0, new TestElf.Segment(1, 0, 0, Code, 3));
        Assert.Contains("larger in the file", Refusal(() => ElfImage.Parse(shrinking)), StringComparison.Ordinal);
    }

    [Fact]
    public void ParseAndLoad_MutatedFiles_ThrowOnlyBootImageException()
    {
        byte[] good = TestElf.Build64(0, new(1, 0, 0x10_0000, Code, 0x2000), new(1, 0, 0x10_8000, Code, 4), TestElf.PvhNote(0x10_0000));
        byte[] flat = MultibootFlat(0x10_0000);
        using GuestRam ram = new(4 << 20);
        Random random = new(7);
        for (int round = 0; round < 5000; round++)
        {
            byte[] mutated = [.. round % 2 == 0 ? good : flat];
            for (int change = random.Next(1, 6); change > 0; change--) mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            ReadOnlyMemory<byte> file = mutated.AsMemory(0, random.Next(8) == 0 ? random.Next(mutated.Length) : mutated.Length);
            try
            {
                if (round % 2 == 0)
                {
                    ElfImage image = ElfImage.Parse(file);
                    image.Symbols();
                    PvhBoot.Load(image, ram, "x");
                }
                else
                {
                    MultibootBoot.Load(file, ram, "x");
                }
            }
            catch (BootImageException refusal)
            {
                Assert.DoesNotContain('\n', refusal.Message);
            }
        }
    }

    [Fact]
    public void Symbols_OfAProgramWithSymbols_NamesItsFunctions()
    {
        // The smallest host program that certainly has a symbol table is one built for the tests; without any the list is empty.
        ElfImage image = ElfImage.Parse(TestElf.Build64(0, new TestElf.Segment(1, 0, 0x10_0000, Code, 4)));
        Assert.Empty(image.Symbols());
        byte[] file = WithSymbolTable();
        ElfSymbol symbol = Assert.Single(ElfImage.Parse(file).Symbols());
        Assert.Equal(new ElfSymbol("main", 0x40_1000, 16, true), symbol);
    }

    [Fact]
    public void MultibootLoad_Elf32_FillsInfo()
    {
        using GuestRam ram = new(32 << 20);
        byte[] content = new byte[64];
        PutHeader(content, 16, 3);
        byte[] file = TestElf.Build32(0x10_0040, new(1, 0x10_0000, 0x10_0000, content, 0x4000));
        Assert.True(MultibootBoot.Accepts(file));

        BootState state = MultibootBoot.Load(file, ram, "test -x", [new BootModule(new byte[100], "mod")]);

        Assert.Equal(0x10_0040u, state.InstructionPointer);
        Assert.Equal(0x2bad_b002u, state.Eax);
        uint info = state.Ebx;
        Assert.Equal(0x24du, Word(ram, info));
        Assert.Equal(639u, Word(ram, info + 4));
        Assert.Equal(31u * 1024, Word(ram, info + 8));
        Assert.Equal("test -x", Text(ram, Word(ram, info + 16)));
        Assert.Equal(1u, Word(ram, info + 20));
        uint module = Word(ram, info + 24);
        Assert.Equal(100u, Word(ram, module + 4) - Word(ram, module));
        Assert.Equal("mod", Text(ram, Word(ram, module + 8)));
        Assert.Equal(48u, Word(ram, info + 44));
        Assert.Equal([20u, 0u, 0u, 0x9_fc00u, 0u, 1u], Words(ram, Word(ram, info + 48), 6));
    }

    [Fact]
    public void MultibootLoad_AddressFields_LoadFlatAndClearBss()
    {
        using GuestRam ram = new(4 << 20);
        ram.Write(new(0x10_0000), Enumerable.Repeat((byte)7, 200).ToArray());
        BootState state = MultibootBoot.Load(MultibootFlat(0x10_0000), ram, "");
        Assert.Equal(0x10_0020u, state.InstructionPointer);
        Assert.Equal(0x1bad_b002u, Word(ram, 0x10_0000));
        Assert.Equal(0xaau, (uint)Bytes(ram, 0x10_0020, 1)[0]);
        Assert.Equal(new byte[64], Bytes(ram, 0x10_0040, 64));
        Assert.Equal(7, Bytes(ram, 0x10_0080, 1)[0]);
    }

    [Fact]
    public void MultibootLoad_VideoModeOrNoHeader_IsRefused()
    {
        using GuestRam ram = new(4 << 20);
        byte[] wantsVideo = new byte[12];
        PutHeader(wantsVideo, 0, 4);
        Assert.Contains("video", Refusal(() => MultibootBoot.Load(wantsVideo, ram, "")), StringComparison.Ordinal);
        Assert.Contains("no multiboot header", Refusal(() => MultibootBoot.Load(new byte[9000], ram, "")), StringComparison.Ordinal);
    }

    private static byte[] MultibootFlat(uint loadAddress)
    {
        byte[] file = new byte[16 + 64];
        PutHeader(file, 16, 1 << 16);
        uint[] fields = [loadAddress, loadAddress, loadAddress + 64, loadAddress + 128, loadAddress + 32];
        for (int index = 0; index < fields.Length; index++) BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(28 + 4 * index), fields[index]);
        file[48] = 0xaa;
        return file;
    }

    private static void PutHeader(byte[] target, int offset, uint flags)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target.AsSpan(offset), 0x1bad_b002);
        BinaryPrimitives.WriteUInt32LittleEndian(target.AsSpan(offset + 4), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(target.AsSpan(offset + 8), unchecked(0u - 0x1bad_b002 - flags));
    }

    private static byte[] WithSymbolTable()
    {
        byte[] file = new byte[64 + 3 * 64 + 48 + 8];
        TestElf.Build64(0).CopyTo(file, 0);
        const int sections = 64, symbols = 64 + 3 * 64, strings = symbols + 48;
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(40), sections);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(58), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(60), 3);
        Section(1, 2, symbols, 48, 2);
        Section(2, 3, strings, 8, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(symbols + 24), 1);
        file[symbols + 28] = 0x12;
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(symbols + 32), 0x40_1000);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(symbols + 40), 16);
        "\0main\0"u8.CopyTo(file.AsSpan(strings));
        return file;

        void Section(int index, uint type, ulong offset, ulong size, uint link)
        {
            Span<byte> header = file.AsSpan(sections + 64 * index);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], type);
            BinaryPrimitives.WriteUInt64LittleEndian(header[24..], offset);
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], size);
            BinaryPrimitives.WriteUInt32LittleEndian(header[40..], link);
        }
    }

    private static string Refusal(Action action) => Assert.Throws<BootImageException>(action).Message;

    private static byte[] Bytes(GuestRam ram, uint address, int count)
    {
        byte[] bytes = new byte[count];
        Assert.True(ram.Read(new PhysicalAddress(address), bytes));
        return bytes;
    }

    private static uint Word(GuestRam ram, uint address) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(ram, address, 4));

    private static uint[] Words(GuestRam ram, uint address, int count) =>
        [.. Enumerable.Range(0, count).Select(index => Word(ram, address + 4 * (uint)index))];

    private static string Text(GuestRam ram, uint address)
    {
        byte[] bytes = Bytes(ram, address, 64);
        return Encoding.UTF8.GetString(bytes, 0, Array.IndexOf(bytes, (byte)0));
    }
}
