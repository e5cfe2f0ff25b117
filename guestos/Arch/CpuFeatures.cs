namespace GuestOs.Arch;

/// <summary>What CPUID offers and the kernel switches on: NX, SMEP, SMAP, global pages, 1 GiB pages, FSGSBASE, XSAVE.</summary>
internal static unsafe class CpuFeatures
{
    private const ulong Cr4GlobalPages = 1 << 7;
    private const ulong Cr4FxSave = 3 << 9;
    private const ulong Cr4FsGsBase = 1 << 16;
    private const ulong Cr4Smep = 1 << 20;
    private const ulong Cr4Smap = 1 << 21;

    public static bool HasNoExecute { get; private set; }
    public static bool HasGigabytePages { get; private set; }
    public static bool HasSmap { get; private set; }
    public static bool HasSmep { get; private set; }

    public static bool HasFsGsBase { get; private set; }

    /// <summary>What programs get as AT_HWCAP2: bit 1 tells that they may use FSGSBASE.</summary>
    public static ulong MoreHardwareCapabilities => HasFsGsBase ? 2UL : 0;

    /// <summary>EDX of leaf 1, which programs get as AT_HWCAP.</summary>
    public static uint HardwareCapabilities { get; private set; }

    /// <summary>Reads CPUID and sets CR4. Call while the kernel text is still writable: SMAP patches it.</summary>
    public static void Initialize()
    {
        CpuIdResult result;
        Cpu.CpuId(0, 0, &result);
        uint maximumLeaf = result.Eax;
        Cpu.CpuId(1, 0, &result);
        HardwareCapabilities = result.Edx;
        uint moreFeatures = result.Ecx;
        bool hasGlobalPages = (result.Edx & (1 << 13)) != 0;
        if (maximumLeaf >= 7)
        {
            Cpu.CpuId(7, 0, &result);
            HasFsGsBase = (result.Ebx & 1) != 0;
            HasSmep = (result.Ebx & (1 << 7)) != 0;
            HasSmap = (result.Ebx & (1 << 20)) != 0;
        }
        Cpu.CpuId(0x80000000, 0, &result);
        if (result.Eax >= 0x80000001)
        {
            Cpu.CpuId(0x80000001, 0, &result);
            HasNoExecute = (result.Edx & (1 << 20)) != 0;
            HasGigabytePages = (result.Edx & (1 << 26)) != 0;
        }
        ulong cr4 = Cpu.ReadCr4() | Cr4FxSave;
        if (hasGlobalPages) cr4 |= Cr4GlobalPages;
        if (HasFsGsBase) cr4 |= Cr4FsGsBase;
        if (HasSmep) cr4 |= Cr4Smep;
        if (HasSmap)
        {
            PatchSmapSites();
            cr4 |= Cr4Smap;
        }
        Cpu.WriteCr4(cr4);
        ExtendedState.Initialize(moreFeatures);
    }

    /// <summary>Turns the three-byte NOPs that traps.S and memory.S list into CLAC and STAC.</summary>
    private static void PatchSmapSites()
    {
        for (ulong* site = KernelImage.SmapSites(); site < KernelImage.SmapSitesEnd(); site += 2)
        {
            byte* code = (byte*)site[0];
            code[0] = (byte)site[1];
            code[1] = (byte)(site[1] >> 8);
            code[2] = (byte)(site[1] >> 16);
        }
    }
}
