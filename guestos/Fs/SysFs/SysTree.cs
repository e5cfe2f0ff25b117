namespace GuestOs.Fs;

/// <summary>What /sys shows.</summary>
internal static class SysTree
{
    /// <summary>/sys/kernel/mm, where memory management adds its own.</summary>
    public static KernelNode Memory { get; private set; }

    public static KernelNode Build()
    {
        KernelNode root = KernelNode.NewRoot();
        SysBlock.AddTo(root);
        KernelNode system = root.AddDirectory("devices"u8).AddDirectory("system"u8);
        SysProcessors.AddTo(system.AddDirectory("cpu"u8));
        SysMemoryBlocks.AddTo(system.AddDirectory("memory"u8));
        KernelNode nodes = system.AddDirectory("node"u8);
        nodes.AddText("has_cpu"u8, "0\n"u8);
        nodes.AddText("has_memory"u8, "0\n"u8);
        nodes.AddText("has_normal_memory"u8, "0\n"u8);
        nodes.AddText("online"u8, "0\n"u8);
        nodes.AddText("possible"u8, "0\n"u8);
        KernelNode node = nodes.AddDirectory("node0"u8);
        node.AddLink("cpu0"u8, "../../cpu/cpu0"u8);
        node.AddText("cpulist"u8, "0\n"u8);
        node.AddText("cpumap"u8, "1\n"u8);
        // From a memory node to itself, in firmware's units (ACPI's SLIT).
        node.AddText("distance"u8, "10\n"u8);
        KernelNode kernel = root.AddDirectory("kernel"u8);
        SysDebug.AddTo(kernel);
        Memory = kernel.AddDirectory("mm"u8);
        HugePageSettings.AddTo(Memory);
        return root;
    }
}
