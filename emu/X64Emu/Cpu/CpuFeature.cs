using Iced.Intel;

namespace X64Emu.Cpu;

/// <summary>The registers of CPUID that hold feature bits.</summary>
internal enum CpuIdWord
{
    /// <summary>Leaf 1, ECX.</summary>
    Leaf1Ecx,

    /// <summary>Leaf 1, EDX.</summary>
    Leaf1Edx,

    /// <summary>Leaf 7, subleaf 0, EBX.</summary>
    Leaf7Ebx,

    /// <summary>Leaf 7, subleaf 0, ECX.</summary>
    Leaf7Ecx,

    /// <summary>Leaf 0xd, subleaf 1, EAX.</summary>
    LeafDEax,

    /// <summary>Leaf 0x8000_0001, ECX.</summary>
    Extended1Ecx,

    /// <summary>Leaf 0x8000_0001, EDX.</summary>
    Extended1Edx,

    /// <summary>Leaf 0x8000_0007, EDX.</summary>
    Extended7Edx,
}

/// <summary>One feature that CPUID can tell of.</summary>
/// <param name="Name">What Linux calls it in /proc/cpuinfo.</param>
/// <param name="Level">The lowest level of processors that have it.</param>
/// <param name="Word">Where its bit is.</param>
/// <param name="Bit">The bit's number.</param>
/// <param name="Instructions">Iced's name for the instructions that come with it, if any do.</param>
internal sealed record CpuFeature(string Name, CpuLevel Level, CpuIdWord Word, int Bit, CpuidFeature? Instructions = null);

/// <summary>
/// The features of each level. CPUID, which instructions raise #UD, and the listing of instructions all follow from this table.
/// </summary>
/// <remarks>
/// A level has what the psABI asks for, and what real processors of that level have besides: AES and PCLMULQDQ came with the first
/// generation above SSE4.2, SSE4a with AMD's processors of the second level; FSGSBASE, RDRAND, ADX, SHA and the rest are in those of the
/// third. What only kernels see (SMEP, SMAP, PCID, NX and the like) does not depend on the level, so that a kernel does the same on all.
/// </remarks>
internal static class CpuFeatures
{
    private const CpuLevel V1 = CpuLevel.X8664, V2 = CpuLevel.X8664V2, V3 = CpuLevel.X8664V3;

    /// <summary>Features with a bit of their own.</summary>
    public static IReadOnlyList<CpuFeature> All { get; } =
    [
        new("fpu", V1, CpuIdWord.Leaf1Edx, 0, CpuidFeature.FPU),
        new("de", V1, CpuIdWord.Leaf1Edx, 2),
        new("pse", V1, CpuIdWord.Leaf1Edx, 3),
        new("tsc", V1, CpuIdWord.Leaf1Edx, 4, CpuidFeature.TSC),
        new("msr", V1, CpuIdWord.Leaf1Edx, 5, CpuidFeature.MSR),
        new("pae", V1, CpuIdWord.Leaf1Edx, 6),
        new("cx8", V1, CpuIdWord.Leaf1Edx, 8, CpuidFeature.CX8),
        new("apic", V1, CpuIdWord.Leaf1Edx, ApicBit),
        new("sep", V1, CpuIdWord.Leaf1Edx, 11, CpuidFeature.SEP),
        new("pge", V1, CpuIdWord.Leaf1Edx, 13),
        new("cmov", V1, CpuIdWord.Leaf1Edx, 15, CpuidFeature.CMOV),
        new("pat", V1, CpuIdWord.Leaf1Edx, 16),
        new("clflush", V1, CpuIdWord.Leaf1Edx, 19, CpuidFeature.CLFSH),
        new("mmx", V1, CpuIdWord.Leaf1Edx, 23, CpuidFeature.MMX),
        new("fxsr", V1, CpuIdWord.Leaf1Edx, 24, CpuidFeature.FXSR),
        new("sse", V1, CpuIdWord.Leaf1Edx, 25, CpuidFeature.SSE),
        new("sse2", V1, CpuIdWord.Leaf1Edx, 26, CpuidFeature.SSE2),

        new("pni", V2, CpuIdWord.Leaf1Ecx, 0, CpuidFeature.SSE3),
        new("pclmulqdq", V2, CpuIdWord.Leaf1Ecx, 1, CpuidFeature.PCLMULQDQ),
        new("ssse3", V2, CpuIdWord.Leaf1Ecx, 9, CpuidFeature.SSSE3),
        new("fma", V3, CpuIdWord.Leaf1Ecx, 12, CpuidFeature.FMA),
        new("cx16", V2, CpuIdWord.Leaf1Ecx, 13, CpuidFeature.CMPXCHG16B),
        new("pcid", V1, CpuIdWord.Leaf1Ecx, 17),
        new("sse4_1", V2, CpuIdWord.Leaf1Ecx, 19, CpuidFeature.SSE4_1),
        new("sse4_2", V2, CpuIdWord.Leaf1Ecx, 20, CpuidFeature.SSE4_2),
        new("movbe", V3, CpuIdWord.Leaf1Ecx, 22, CpuidFeature.MOVBE),
        new("popcnt", V2, CpuIdWord.Leaf1Ecx, 23, CpuidFeature.POPCNT),
        new("tsc_deadline_timer", V1, CpuIdWord.Leaf1Ecx, TscDeadlineBit),
        new("aes", V2, CpuIdWord.Leaf1Ecx, 25, CpuidFeature.AES),
        new("xsave", V3, CpuIdWord.Leaf1Ecx, 26, CpuidFeature.XSAVE),
        new("avx", V3, CpuIdWord.Leaf1Ecx, 28, CpuidFeature.AVX),
        new("f16c", V3, CpuIdWord.Leaf1Ecx, 29, CpuidFeature.F16C),
        new("rdrand", V3, CpuIdWord.Leaf1Ecx, 30, CpuidFeature.RDRAND),

        new("fsgsbase", V3, CpuIdWord.Leaf7Ebx, 0, CpuidFeature.FSGSBASE),
        new("bmi1", V3, CpuIdWord.Leaf7Ebx, 3, CpuidFeature.BMI1),
        new("avx2", V3, CpuIdWord.Leaf7Ebx, 5, CpuidFeature.AVX2),
        new("smep", V1, CpuIdWord.Leaf7Ebx, 7),
        new("bmi2", V3, CpuIdWord.Leaf7Ebx, 8, CpuidFeature.BMI2),
        new("erms", V1, CpuIdWord.Leaf7Ebx, 9),
        new("invpcid", V1, CpuIdWord.Leaf7Ebx, 10, CpuidFeature.INVPCID),
        new("rdseed", V3, CpuIdWord.Leaf7Ebx, 18, CpuidFeature.RDSEED),
        new("adx", V3, CpuIdWord.Leaf7Ebx, 19, CpuidFeature.ADX),
        new("smap", V1, CpuIdWord.Leaf7Ebx, 20, CpuidFeature.SMAP),
        new("clflushopt", V3, CpuIdWord.Leaf7Ebx, 23, CpuidFeature.CLFLUSHOPT),
        new("clwb", V3, CpuIdWord.Leaf7Ebx, 24, CpuidFeature.CLWB),
        new("sha_ni", V3, CpuIdWord.Leaf7Ebx, 29, CpuidFeature.SHA),
        new("umip", V1, CpuIdWord.Leaf7Ecx, 2),
        new("rdpid", V3, CpuIdWord.Leaf7Ecx, 22, CpuidFeature.RDPID),

        new("xsaveopt", V3, CpuIdWord.LeafDEax, 0, CpuidFeature.XSAVEOPT),
        new("xsavec", V3, CpuIdWord.LeafDEax, 1, CpuidFeature.XSAVEC),
        new("xgetbv1", V3, CpuIdWord.LeafDEax, 2),

        new("lahf_lm", V2, CpuIdWord.Extended1Ecx, 0),
        new("cr8_legacy", V1, CpuIdWord.Extended1Ecx, 4),
        new("abm", V3, CpuIdWord.Extended1Ecx, 5, CpuidFeature.LZCNT),
        new("sse4a", V2, CpuIdWord.Extended1Ecx, 6, CpuidFeature.SSE4A),
        new("3dnowprefetch", V1, CpuIdWord.Extended1Ecx, 8, CpuidFeature.PREFETCHW),
        new("syscall", V1, CpuIdWord.Extended1Edx, 11, CpuidFeature.SYSCALL),
        new("nx", V1, CpuIdWord.Extended1Edx, 20),
        new("mmxext", V1, CpuIdWord.Extended1Edx, 22),
        new("pdpe1gb", V1, CpuIdWord.Extended1Edx, 26),
        new("rdtscp", V1, CpuIdWord.Extended1Edx, 27, CpuidFeature.RDTSCP),
        new("lm", V1, CpuIdWord.Extended1Edx, 29, CpuidFeature.X64),
        new("nonstop_tsc", V1, CpuIdWord.Extended7Edx, 8),
    ];

    public const int ApicBit = 9, TscDeadlineBit = 24, XsaveEnabledBit = 27;

    /// <summary>The bits of <see cref="CpuIdWord.Leaf1Edx"/> that <see cref="CpuIdWord.Extended1Edx"/> repeats (AMD APM Vol. 3, E.4.2).</summary>
    public const uint Repeated = 0x0183_f3ff;

    /// <summary>No feature of the decoder's list that comes later is known here.</summary>
    public const CpuidFeature LastKnown = CpuidFeature.SMM;

    /// <summary>Instructions of every 64-bit processor, by Iced's names for their origin.</summary>
    public static IReadOnlyList<CpuidFeature> Always { get; } =
    [
        CpuidFeature.INTEL8086, CpuidFeature.INTEL186, CpuidFeature.INTEL286, CpuidFeature.INTEL386, CpuidFeature.INTEL486,
        CpuidFeature.FPU287, CpuidFeature.FPU387, CpuidFeature.CPUID, CpuidFeature.RDPMC, CpuidFeature.MULTIBYTENOP, CpuidFeature.PAUSE, CpuidFeature.SMM,
    ];

    /// <summary>Codes that took opcodes which do nothing on processors without their feature (Intel SDM Vol. 2B, NOP; AMD APM Vol. 3, PREFETCHlevel).</summary>
    public static IReadOnlyList<Code> HintsWithoutFeature { get; } =
    [
        Code.Endbr32, Code.Endbr64, Code.Rdsspd_r32, Code.Rdsspq_r64, Code.Cldemote_m8, Code.Prefetchit0_m8, Code.Prefetchit1_m8, Code.Prefetchwt1_m8,
    ];
}
