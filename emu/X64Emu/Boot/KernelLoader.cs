using X64Emu.Bus;

namespace X64Emu.Boot;

/// <summary>Chooses the boot protocol for a kernel image.</summary>
public static class KernelLoader
{
    /// <summary>Loads a kernel by PVH where it has a PVH entry, else by multiboot.</summary>
    /// <exception cref="BootImageException">The image knows neither protocol, is damaged, or does not fit.</exception>
    public static BootState Load(ReadOnlyMemory<byte> file, GuestRam ram, string commandLine, IReadOnlyList<BootModule>? modules = null)
    {
        if (ElfImage.HasMagic(file.Span) && ElfImage.Parse(file) is var image && PvhBoot.Accepts(image)) return PvhBoot.Load(image, ram, commandLine, modules);
        if (MultibootBoot.Accepts(file.Span)) return MultibootBoot.Load(file, ram, commandLine, modules);
        throw new BootImageException("the image is no kernel that can be booted: it has neither a PVH entry (ELF note \"Xen\" of type 18) nor a multiboot header");
    }
}
