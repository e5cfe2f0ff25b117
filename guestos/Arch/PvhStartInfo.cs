namespace GuestOs.Arch;

/// <summary>What a PVH boot loader hands over (Xen public/arch-x86/hvm/start_info.h).</summary>
internal unsafe struct PvhStartInfo
{
    public const uint ExpectedMagic = 0x336ec578;

    public uint Magic;
    public uint Version;
    public uint Flags;
    public uint ModuleCount;
    public ulong ModuleList;
    public ulong CommandLine;
    public ulong Rsdp;
    public ulong MemoryMap;
    public uint MemoryMapEntries;
    public uint Reserved;
}

/// <summary>A boot module, physical.</summary>
internal struct PvhModule
{
    public ulong Address;
    public ulong SizeBytes;
    public ulong CommandLine;
    public ulong Reserved;
}

/// <summary>One range of the memory map; type 1 is usable RAM.</summary>
internal struct PvhMemoryMapEntry
{
    public const uint UsableRam = 1;

    public ulong Address;
    public ulong SizeBytes;
    public uint Type;
    public uint Reserved;
}
