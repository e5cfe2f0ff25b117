using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Kernel;

/// <summary>Options of the kernel itself, needed before devices and files are there.</summary>
internal static unsafe class StartOptions
{
    /// <summary>loglevel=, stdio=, fault_around=, transparent_hugepage=, aslr=.</summary>
    public static void ApplyEarly(BootOptions options)
    {
        for (int i = 0; i < options.OptionCount; i++)
        {
            byte* word = options.Option(i);
            byte* value;
            if ((value = BootOptions.ValueOf(word, "loglevel="u8)) != null) SetLogLevel(value);
            else if ((value = BootOptions.ValueOf(word, "stdio="u8)) != null) KernelLog.SetPort(BootOptions.Equals(value, "split"u8));
            else if ((value = BootOptions.ValueOf(word, "fault_around="u8)) != null) SetFaultAround(value);
            else if ((value = BootOptions.ValueOf(word, "transparent_hugepage="u8)) != null) SetHugePagePolicy(value);
            else if ((value = BootOptions.ValueOf(word, "aslr="u8)) != null) ProgramLayout.RandomizeLevel = BootOptions.Equals(value, "on"u8) ? 2 : 0;
        }
        for (int i = 0; i < options.OptionCount; i++)
            if (!IsKnown(options.Option(i))) LogUnknown(options.Option(i));
    }

    private static bool IsKnown(byte* word) =>
        BootOptions.ValueOf(word, "loglevel="u8) != null || BootOptions.ValueOf(word, "stdio="u8) != null
        || BootOptions.ValueOf(word, "fault_around="u8) != null || BootOptions.ValueOf(word, "transparent_hugepage="u8) != null
        || BootOptions.ValueOf(word, "aslr="u8) != null || BootOptions.ValueOf(word, "root="u8) != null || BootOptions.ValueOf(word, "swap="u8) != null
        || BootOptions.ValueOf(word, "mount="u8) != null || BootOptions.ValueOf(word, "cwd="u8) != null
        || BootOptions.ValueOf(word, "env="u8) != null || BootOptions.ValueOf(word, "virtio_mmio.device="u8) != null;

    private static void LogUnknown(byte* word) =>
        KernelLog.Info("unknown option ").Bytes(new System.ReadOnlySpan<byte>(word, (int)Memory.StringLength(word, 256))).Text(" ignored").End();

    private static void SetLogLevel(byte* value)
    {
        if (BootOptions.Equals(value, "info"u8)) KernelLog.Level = LogLevel.Info;
        else if (BootOptions.Equals(value, "debug"u8)) KernelLog.Level = LogLevel.Debug;
        else KernelLog.Level = LogLevel.Quiet;
    }

    private static void SetHugePagePolicy(byte* value)
    {
        if (BootOptions.Equals(value, "always"u8)) TransparentHugePages.Policy = HugePagePolicy.Always;
        else if (BootOptions.Equals(value, "never"u8)) TransparentHugePages.Policy = HugePagePolicy.Never;
        else TransparentHugePages.Policy = HugePagePolicy.Advised;
    }

    /// <summary>Rounded down to a power of two from 1 to 16.</summary>
    private static void SetFaultAround(byte* value)
    {
        int pages = 0;
        for (; *value >= '0' && *value <= '9' && pages < 100; value++) pages = pages * 10 + (*value - '0');
        FilePage.SetFaultAround((ulong)pages);
    }
}
