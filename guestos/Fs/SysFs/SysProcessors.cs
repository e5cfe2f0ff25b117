namespace GuestOs.Fs;

/// <summary>/sys/devices/system/cpu: one processor with one core and one thread.</summary>
internal static class SysProcessors
{
    public static void AddTo(KernelNode processors)
    {
        KernelNode processor = processors.AddDirectory("cpu0"u8);
        processor.AddLink("node0"u8, "../../node/node0"u8);
        AddTopology(processor.AddDirectory("topology"u8));
        processors.AddText("isolated"u8, "\n"u8);
        processors.AddConstant("kernel_max"u8, 0);
        processors.AddText("offline"u8, "\n"u8);
        processors.AddText("online"u8, "0\n"u8);
        processors.AddText("possible"u8, "0\n"u8);
        processors.AddText("present"u8, "0\n"u8);
    }

    /// <summary>Whatever a processor could be shared with is itself alone; each group as a mask and as a list.</summary>
    private static void AddTopology(KernelNode topology)
    {
        topology.AddText("core_cpus"u8, "1\n"u8);
        topology.AddText("core_cpus_list"u8, "0\n"u8);
        topology.AddConstant("core_id"u8, 0);
        topology.AddText("core_siblings"u8, "1\n"u8);
        topology.AddText("core_siblings_list"u8, "0\n"u8);
        topology.AddText("die_cpus"u8, "1\n"u8);
        topology.AddText("die_cpus_list"u8, "0\n"u8);
        topology.AddConstant("die_id"u8, 0);
        topology.AddText("package_cpus"u8, "1\n"u8);
        topology.AddText("package_cpus_list"u8, "0\n"u8);
        topology.AddConstant("physical_package_id"u8, 0);
        topology.AddText("thread_siblings"u8, "1\n"u8);
        topology.AddText("thread_siblings_list"u8, "0\n"u8);
    }
}
