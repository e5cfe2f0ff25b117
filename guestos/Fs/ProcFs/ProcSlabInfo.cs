using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>/proc/slabinfo (slabinfo(5)): the size classes of the kernel heap. Larger blocks are not in slabs.</summary>
internal static class ProcSlabInfo
{
    private const int NameColumns = 17;

    public static void Write(ref TextWriter writer)
    {
        writer.Text("slabinfo - version: 2.1\n"u8);
        writer.Text("# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor>"u8);
        writer.Text(" : slabdata <active_slabs> <num_slabs> <sharedavail>\n"u8);
        for (int sizeClass = KernelHeap.ClassCount - 1; sizeClass >= 0; sizeClass--) WriteClass(ref writer, sizeClass);
    }

    private static void WriteClass(ref TextWriter writer, int sizeClass)
    {
        int start = writer.Length;
        writer.Text("kmalloc-"u8);
        writer.Decimal(KernelHeap.ClassBytes(sizeClass));
        while (writer.Length < start + NameColumns && !writer.IsFull) writer.Byte((byte)' ');
        uint perSlab = KernelHeap.BlocksPerSlab(sizeClass), slabs = KernelHeap.Slabs(sizeClass);
        Number(ref writer, KernelHeap.BlocksInUse(sizeClass), 6);
        Number(ref writer, slabs * perSlab, 6);
        Number(ref writer, KernelHeap.ClassBytes(sizeClass), 6);
        Number(ref writer, perSlab, 4);
        writer.Text("    1 : tunables    0    0    0 : slabdata"u8);
        Number(ref writer, slabs, 6);
        Number(ref writer, slabs, 6);
        writer.Text("      0\n"u8);
    }

    private static void Number(ref TextWriter writer, uint value, int width)
    {
        writer.Byte((byte)' ');
        writer.Decimal(value, width);
    }
}
