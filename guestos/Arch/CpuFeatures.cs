namespace GuestOs.Arch;

/// <summary>What CPUID offers and the kernel switches on: NX, SMEP, SMAP, global pages, 1 GiB pages.</summary>
internal static unsafe class CpuFeatures
{
    private const ulong Cr4GlobalPages = 1 << 7;
    private const ulong Cr4FxSave = 3 << 9;
    private const ulong Cr4Smep = 1 << 20;
    private const ulong Cr4Smap = 1 << 21;

    public static bool HasNoExecute { get; private set; }
    public static bool HasGigabytePages { get; private set; }
    public static bool HasSmap { get; private set; }
    public static bool HasSmep { get; private set; }

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
        bool hasGlobalPages = (result.Edx & (1 << 13)) != 0;
        if (maximumLeaf >= 7)
        {
            Cpu.CpuId(7, 0, &result);
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
        if (HasSmep) cr4 |= Cr4Smep;
        if (HasSmap)
        {
            PatchSmapSites();
            cr4 |= Cr4Smap;
        }
        Cpu.WriteCr4(cr4);
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
