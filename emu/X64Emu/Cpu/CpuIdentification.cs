using System.Buffers.Binary;
using System.Text;
using X64Emu.Paging;

namespace X64Emu.Cpu;

/// <summary>What CPUID returns for one leaf.</summary>
/// <param name="Eax">EAX.</param>
/// <param name="Ebx">EBX.</param>
/// <param name="Ecx">ECX.</param>
/// <param name="Edx">EDX.</param>
internal readonly record struct CpuIdLeaf(uint Eax, uint Ebx, uint Ecx, uint Edx);

/// <summary>CPUID: what is implemented, and no more (Intel SDM Vol. 2A, CPUID; AMD APM Vol. 3, appendix E). The vendor is AuthenticAMD,
/// since C libraries refuse vendors they do not know.</summary>
internal static class CpuIdentification
{
    private const uint HighestLeaf = 0x16, HighestExtendedLeaf = 0x8000_0008;

    /// <summary>Family 15, model 107, stepping 1: a plain 64-bit processor that no system works around.</summary>
    private const uint Signature = 0x0006_0fb1;

    private const string Brand = "X64Emu processor";

    /// <summary>FPU DE PSE TSC MSR PAE CX8 APIC PGE CMOV PAT FXSR: these the extended leaf repeats. FPU stands for the x87 state and its
    /// control instructions; programs take it for granted.</summary>
    private const uint CommonFeatures = 1 << 0 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 9 | 1 << 13 | 1 << 15 | 1 << 16 | 1 << 24;

    /// <summary>SEP CLFSH SSE SSE2.</summary>
    private const uint Features = CommonFeatures | 1 << 11 | 1 << 19 | 1 << 25 | 1 << 26;

    /// <summary>CX16 PCID MOVBE POPCNT.</summary>
    private const uint MoreFeatures = 1 << 13 | 1 << 17 | 1 << 22 | 1 << 23;

    private const uint TscDeadlineFeature = 1 << 24;

    /// <summary>SMEP ERMS INVPCID SMAP.</summary>
    private const uint StructuredFeatures = 1 << 7 | 1 << 9 | 1 << 10 | 1 << 20;

    private const uint UmipFeature = 1 << 2;

    /// <summary>SYSCALL NX 1GB-PAGES RDTSCP LM.</summary>
    private const uint ExtendedFeatures = 1 << 11 | 1 << 20 | 1 << 26 | 1 << 27 | 1 << 29;

    private const uint LahfInLongMode = 1, InvariantTsc = 1 << 8;

    private const uint HertzOfTsc = 1_000_000_000;

    /// <summary>The registers for a leaf and subleaf.</summary>
    /// <param name="leaf">EAX.</param>
    /// <param name="subleaf">ECX.</param>
    /// <param name="hasLocalApic">Whether the machine has a local APIC, and with it the TSC-deadline timer.</param>
    /// <param name="apicEnabled">Whether IA32_APIC_BASE leaves it on.</param>
    public static CpuIdLeaf Read(uint leaf, uint subleaf, bool hasLocalApic, bool apicEnabled) => leaf switch
    {
        0 => Vendor(HighestLeaf),
        1 => new(
            Signature, 1 << 16 | 8 << 8, MoreFeatures | (hasLocalApic ? TscDeadlineFeature : 0), apicEnabled ? Features : Features & ~(1u << 9)),
        7 when subleaf == 0 => new(0, StructuredFeatures, UmipFeature, 0),
        0x15 => new(1, 1, HertzOfTsc, 0),
        0x16 => new(HertzOfTsc / 1_000_000, HertzOfTsc / 1_000_000, 100, 0),
        0x8000_0000 => Vendor(HighestExtendedLeaf),
        0x8000_0001 => new(Signature, 0, LahfInLongMode, ExtendedFeatures | (apicEnabled ? CommonFeatures : CommonFeatures & ~(1u << 9))),
        >= 0x8000_0002 and <= 0x8000_0004 => BrandPart((int)(leaf - 0x8000_0002)),
        0x8000_0005 => new(0, 0, FirstLevelCache, FirstLevelCache),
        0x8000_0006 => new(0, 0, 512 << 16 | 8 << 12 | 1 << 8 | 64, 16 << 18 | 8 << 12 | 1 << 8 | 64),
        0x8000_0007 => new(0, 0, 0, InvariantTsc),
        0x8000_0008 => new(48 << 8 | PageTableEntry.PhysicalAddressBits, 0, 0, 0),
        _ => default,
    };

    /// <summary>64 KiB, two ways, 64-byte lines. Caches are not modelled; C libraries size their copies by these.</summary>
    private const uint FirstLevelCache = 64u << 24 | 2 << 16 | 1 << 8 | 64;

    /// <summary>"AuthenticAMD" in EBX, EDX, ECX.</summary>
    private static CpuIdLeaf Vendor(uint highest) => new(highest, 0x6874_7541, 0x444d_4163, 0x6974_6e65);

    private static CpuIdLeaf BrandPart(int part)
    {
        Span<byte> text = stackalloc byte[48];
        text.Clear();
        Encoding.ASCII.GetBytes(Brand, text);
        Span<byte> own = text.Slice(part * 16, 16);
        return new(
            BinaryPrimitives.ReadUInt32LittleEndian(own), BinaryPrimitives.ReadUInt32LittleEndian(own[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(own[8..]), BinaryPrimitives.ReadUInt32LittleEndian(own[12..]));
    }
}
