using GuestOs.Drivers;

namespace GuestOs.Fs;

/// <summary>The disk below /sys: /sys/block/vda, and the links by which lsblk and others find it.</summary>
internal static unsafe class SysBlock
{
    public static void AddTo(KernelNode root)
    {
        KernelNode disks = root.AddDirectory("block"u8);
        KernelNode numbers = root.AddDirectory("dev"u8).AddDirectory("block"u8);
        KernelNode classes = root.AddDirectory("class"u8).AddDirectory("block"u8);
        if (VirtioBlock.First == null) return;
        numbers.AddLink("254:0"u8, "../../block/vda"u8);
        classes.AddLink("vda"u8, "../../block/vda"u8);
        KernelNode disk = disks.AddDirectory("vda"u8);
        disk.AddText("dev"u8, "254:0\n"u8);
        disk.AddConstant("hidden"u8, 0);
        disk.AddConstant("removable"u8, 0);
        disk.AddConstant("ro"u8, 0);
        disk.AddFile("size"u8, &ShowSize);
        disk.AddFile("stat"u8, &ProcDisks.WriteCounters);
        disk.AddText("uevent"u8, "MAJOR=254\nMINOR=0\nDEVNAME=vda\nDEVTYPE=disk\n"u8);
        KernelNode queue = disk.AddDirectory("queue"u8);
        queue.AddConstant("hw_sector_size"u8, 512);
        queue.AddConstant("logical_block_size"u8, 512);
        queue.AddConstant("physical_block_size"u8, 512);
        queue.AddConstant("rotational"u8, 0);
    }

    private static void ShowSize(ref TextWriter writer) => writer.Line(""u8, VirtioBlock.First.SectorCount);
}
