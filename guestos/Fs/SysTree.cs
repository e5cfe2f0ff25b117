namespace GuestOs.Fs;

/// <summary>What /sys shows.</summary>
internal static unsafe class SysTree
{
    /// <summary>/sys/kernel/mm, where memory management adds its own.</summary>
    public static KernelNode Memory { get; private set; }

    public static KernelNode Build()
    {
        KernelNode root = KernelNode.NewRoot();
        KernelNode system = root.AddDirectory("devices"u8).AddDirectory("system"u8);
        KernelNode processors = system.AddDirectory("cpu"u8);
        processors.AddDirectory("cpu0"u8);
        processors.AddFile("online"u8, &ShowFirst);
        processors.AddFile("possible"u8, &ShowFirst);
        processors.AddFile("present"u8, &ShowFirst);
        processors.AddConstant("kernel_max"u8, 0);
        KernelNode nodes = system.AddDirectory("node"u8);
        nodes.AddFile("online"u8, &ShowFirst);
        nodes.AddFile("possible"u8, &ShowFirst);
        KernelNode node = nodes.AddDirectory("node0"u8);
        node.AddFile("cpulist"u8, &ShowFirst);
        node.AddFile("cpumap"u8, &ShowFirstBit);
        node.AddFile("distance"u8, &ShowDistance);
        Memory = root.AddDirectory("kernel"u8).AddDirectory("mm"u8);
        HugePageSettings.AddTo(Memory);
        return root;
    }

    /// <summary>A list of the only processor or memory node.</summary>
    private static void ShowFirst(ref TextWriter writer) => writer.Text("0\n"u8);

    /// <summary>The same as a mask.</summary>
    private static void ShowFirstBit(ref TextWriter writer) => writer.Text("1\n"u8);

    /// <summary>From a memory node to itself, in firmware's units (ACPI's SLIT).</summary>
    private static void ShowDistance(ref TextWriter writer) => writer.Text("10\n"u8);
}
