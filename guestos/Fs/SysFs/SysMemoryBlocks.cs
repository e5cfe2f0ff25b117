using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>/sys/devices/system/memory: RAM in blocks of 128 MiB, as lsmem lists it. No block can be taken away.</summary>
internal static unsafe class SysMemoryBlocks
{
    private const int FramesPerBlockShift = 15;
    private const int IndexTextBytes = 10;

    public static void AddTo(KernelNode memory)
    {
        memory.AddText("auto_online_blocks"u8, "offline\n"u8);
        memory.AddText("block_size_bytes"u8, "8000000\n"u8);
        for (ulong block = 0; block << FramesPerBlockShift < BootMemory.TopFrame; block++)
        {
            if (!HasRam(block)) continue;
            KernelNode entry = memory.AddDirectory("memory"u8, block);
            entry.AddLink("node0"u8, "../../node/node0"u8);
            entry.AddConstant("online"u8, 1);
            entry.AddConstant("phys_device"u8, 0);
            AddIndex(entry, block);
            entry.AddConstant("removable"u8, 0);
            entry.AddText("state"u8, "online\n"u8);
            entry.AddText("valid_zones"u8, "Normal\n"u8);
        }
    }

    private static void AddIndex(KernelNode entry, ulong block)
    {
        byte* text = (byte*)KernelHeap.Allocate(IndexTextBytes);
        TextWriter writer = new TextWriter(text, IndexTextBytes);
        writer.Hex(block, 8);
        writer.Byte((byte)'\n');
        entry.AddText("phys_index"u8, writer.Written);
    }

    private static bool HasRam(ulong block)
    {
        ref readonly MemoryRegions ram = ref BootMemory.Ram;
        for (int i = 0; i < ram.Count; i++)
            if (ram.Start(i) >> FramesPerBlockShift <= block && (ram.End(i) - 1) >> FramesPerBlockShift >= block) return true;
        return false;
    }
}
