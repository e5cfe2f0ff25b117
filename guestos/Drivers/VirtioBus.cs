using System;
using GuestOs.Arch;

namespace GuestOs.Drivers;

/// <summary>Finds the virtio devices: the slots of the microvm family of machines, and those the command line names.</summary>
internal static class VirtioBus
{
    private const ulong FirstSlot = 0xfeb00000;
    private const ulong SlotBytes = 0x200;
    private const int SlotCount = 24;
    private const ulong MappedStart = 0xfe000000;
    private const ulong MappedEnd = 0x100000000 - SlotBytes;
    private const uint BlockDevice = 2;
    private const uint NinePDevice = 9;

    /// <summary>Looks at every slot and every <c>virtio_mmio.device=SIZE@ADDRESS:IRQ</c> word, and starts what it knows.</summary>
    public static void Scan(ReadOnlySpan<byte> commandLine)
    {
        for (int slot = 0; slot < SlotCount; slot++) Probe(FirstSlot + (ulong)slot * SlotBytes);
        int position = 0;
        while (position < commandLine.Length)
        {
            int start = position;
            while (position < commandLine.Length && commandLine[position] != ' ') position++;
            ProbeWord(commandLine.Slice(start, position - start));
            position++;
        }
    }

    private static void ProbeWord(ReadOnlySpan<byte> word)
    {
        ReadOnlySpan<byte> prefix = "virtio_mmio.device="u8;
        if (word.Length <= prefix.Length) return;
        for (int i = 0; i < prefix.Length; i++)
            if (word[i] != prefix[i]) return;
        int at = prefix.Length;
        while (at < word.Length && word[at] != '@') at++;
        at++;
        if (at + 2 < word.Length && word[at] == '0' && word[at + 1] == 'x') at += 2;
        ulong address = 0;
        for (; at < word.Length && word[at] != ':'; at++)
        {
            int digit = HexDigit(word[at]);
            if (digit < 0) return;
            address = address << 4 | (uint)digit;
        }
        bool isScanned = address >= FirstSlot && address < FirstSlot + SlotCount * SlotBytes && (address - FirstSlot) % SlotBytes == 0;
        if (!isScanned && address >= MappedStart && address <= MappedEnd && (address & 3) == 0) Probe(address);
    }

    private static int HexDigit(byte character)
    {
        if (character is >= (byte)'0' and <= (byte)'9') return character - '0';
        int letter = character | 0x20;
        return letter is >= 'a' and <= 'f' ? letter - 'a' + 10 : -1;
    }

    private static void Probe(ulong address)
    {
        VirtioMmio device = VirtioMmio.Probe(address);
        if (device == null) return;
        KernelLog.Info("virtio: device ").Decimal(device.DeviceId).Text(" at ").Hex(address).End();
        if (device.DeviceId == NinePDevice) NinePChannel.Start(device);
        else if (device.DeviceId == BlockDevice) VirtioBlock.Start(device);
    }
}
