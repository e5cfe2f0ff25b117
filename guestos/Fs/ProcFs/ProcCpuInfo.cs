using GuestOs.Arch;

namespace GuestOs.Fs;

/// <summary>/proc/cpuinfo, from CPUID.</summary>
internal static unsafe class ProcCpuInfo
{
    private const string Names1Edx =
        "fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov pat pse36 pn clflush - dts acpi mmx fxsr sse sse2 ss ht tm ia64 pbe";
    private const string NamesExtendedEdx =
        "- - - - - - - - - - - syscall - - - - - - - - nx - mmxext - - fxsr_opt pdpe1gb rdtscp - lm 3dnowext 3dnow";
    private const string Names1Ecx =
        "pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cid sdbg fma cx16 xtpr pdcm - pcid dca sse4_1 sse4_2 x2apic movbe popcnt "
        + "tsc_deadline_timer aes xsave - avx f16c rdrand hypervisor";
    private const string NamesExtendedEcx =
        "lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw ibs xop skinit wdt - lwp fma4 tce - nodeid_msr - tbm topoext";
    private const string Names7Ebx =
        "fsgsbase tsc_adjust sgx bmi1 hle avx2 - smep bmi2 erms invpcid rtm cqm - mpx rdt_a avx512f avx512dq rdseed adx smap "
        + "avx512ifma - clflushopt clwb - avx512pf avx512er avx512cd sha_ni";
    private const string Names7Ecx = "- - umip - - - - - - - - - - - - - - - - - - - rdpid";
    private const string NamesExtendedState = "xsaveopt xsavec xgetbv1 xsaves";

    public static void Write(ref TextWriter writer)
    {
        CpuIdResult result;
        Cpu.CpuId(0, 0, &result);
        uint highest = result.Eax;
        writer.Text("processor\t: 0\nvendor_id\t: "u8);
        Register(ref writer, result.Ebx);
        Register(ref writer, result.Edx);
        Register(ref writer, result.Ecx);
        Cpu.CpuId(1, 0, &result);
        uint signature = result.Eax;
        uint family = signature >> 8 & 15, model = signature >> 4 & 15;
        if (family is 6 or 15) model |= signature >> 16 << 4 & 0xf0;
        if (family == 15) family += signature >> 20 & 0xff;
        Field(ref writer, "\ncpu family\t: ", family);
        Field(ref writer, "\nmodel\t\t: ", model);
        writer.Text("\nmodel name\t: "u8);
        WriteModelName(ref writer);
        Field(ref writer, "\nstepping\t: ", signature & 15);
        Field(ref writer, "\ncpu MHz\t\t: ", Clock.TscFrequency / 1000000);
        writer.Text(".000\nphysical id\t: 0\nsiblings\t: 1\ncore id\t\t: 0\ncpu cores\t: 1\napicid\t\t: 0\ninitial apicid\t: 0"u8);
        writer.Text("\nfpu\t\t: yes\nfpu_exception\t: yes"u8);
        Field(ref writer, "\ncpuid level\t: ", highest);
        writer.Text("\nwp\t\t: yes\nflags\t\t:"u8);
        Flags(ref writer, result.Edx, Names1Edx);
        CpuIdResult extended;
        Cpu.CpuId(0x80000001, 0, &extended);
        Flags(ref writer, extended.Edx, NamesExtendedEdx);
        Flags(ref writer, result.Ecx, Names1Ecx);
        Flags(ref writer, extended.Ecx, NamesExtendedEcx);
        if (highest >= 7)
        {
            Cpu.CpuId(7, 0, &result);
            Flags(ref writer, result.Ebx, Names7Ebx);
            Flags(ref writer, result.Ecx, Names7Ecx);
        }
        if (ExtendedState.HasXsave)
        {
            Cpu.CpuId(0xd, 1, &result);
            Flags(ref writer, result.Eax, NamesExtendedState);
        }
        Field(ref writer, "\nbogomips\t: ", Clock.TscFrequency / 500000);
        writer.Text(".00\nclflush size\t: 64\ncache_alignment\t: 64\naddress sizes\t: 40 bits physical, 48 bits virtual\npower management:\n\n"u8);
    }

    private static void WriteModelName(ref TextWriter writer)
    {
        CpuIdResult result;
        Cpu.CpuId(0x80000000, 0, &result);
        if (result.Eax < 0x80000004)
        {
            writer.Text("unknown"u8);
            return;
        }
        for (uint leaf = 0x80000002; leaf <= 0x80000004; leaf++)
        {
            Cpu.CpuId(leaf, 0, &result);
            Register(ref writer, result.Eax);
            Register(ref writer, result.Ebx);
            Register(ref writer, result.Ecx);
            Register(ref writer, result.Edx);
        }
    }

    /// <summary>Four characters; the NULs that pad names are left out.</summary>
    private static void Register(ref TextWriter writer, uint value)
    {
        for (int i = 0; i < 4; i++, value >>= 8)
            if ((byte)value != 0) writer.Byte((byte)value);
    }

    /// <summary>The names of the bits that are set; names are separated by blanks, "-" has none.</summary>
    private static void Flags(ref TextWriter writer, uint bits, string names)
    {
        int at = 0;
        for (int bit = 0; bit < 32 && at < names.Length; bit++)
        {
            bool isShown = (bits >> bit & 1) != 0 && names[at] != '-';
            if (isShown) writer.Byte((byte)' ');
            for (; at < names.Length && names[at] != ' '; at++)
                if (isShown) writer.Byte((byte)names[at]);
            at++;
        }
    }

    private static void Field(ref TextWriter writer, string name, ulong value)
    {
        writer.Text(name);
        writer.Decimal(value);
    }
}
