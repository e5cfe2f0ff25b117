using System.Buffers.Binary;
using System.Text;
using Iced.Intel;
using X64Emu.Paging;

namespace X64Emu.Cpu;

/// <summary>What CPUID returns for one leaf.</summary>
/// <param name="Eax">EAX.</param>
/// <param name="Ebx">EBX.</param>
/// <param name="Ecx">ECX.</param>
/// <param name="Edx">EDX.</param>
internal readonly record struct CpuIdLeaf(uint Eax, uint Ebx, uint Ecx, uint Edx);

/// <summary>CPUID: what is implemented, and no more (Intel SDM Vol. 2A, CPUID; AMD APM Vol. 3, appendix E). The vendor is AuthenticAMD,
/// since C libraries refuse vendors they do not know. Feature bits come from <see cref="CpuFeatures"/>.</summary>
internal sealed unsafe class CpuIdentification(Processor processor)
{
    private const uint HighestLeaf = 0x16, HighestExtendedLeaf = 0x8000_0008;

    /// <summary>Family 15, model 107, stepping 1: a plain 64-bit processor that no system works around.</summary>
    private const uint Signature = 0x0006_0fb1;

    private const string Brand = "X64Emu processor";
    private const uint HertzOfTsc = 1_000_000_000;

    /// <summary>IA32_APIC_BASE, bit 11.</summary>
    private const ulong ApicEnabled = 1 << 11;

    /// <summary>64 KiB, two ways, 64-byte lines. Caches are not modelled; C libraries size their copies by these.</summary>
    private const uint FirstLevelCache = 64u << 24 | 2 << 16 | 1 << 8 | 64;

    private CpuModel Model => processor.Model;

    /// <summary>The registers for a leaf and subleaf.</summary>
    /// <param name="leaf">EAX.</param>
    /// <param name="subleaf">ECX.</param>
    public CpuIdLeaf Read(uint leaf, uint subleaf) => leaf switch
    {
        0 => Vendor(HighestLeaf),
        1 => new(Signature, 1 << 16 | 8 << 8, Leaf1Ecx(), WithoutAbsentApic(Model[CpuIdWord.Leaf1Edx])),
        7 when subleaf == 0 => new(0, Model[CpuIdWord.Leaf7Ebx], Model[CpuIdWord.Leaf7Ecx], 0),
        0xd when Model[CpuIdWord.LeafDEax] != 0 => ExtendedState(subleaf),
        0x15 => new(1, 1, HertzOfTsc, 0),
        0x16 => new(HertzOfTsc / 1_000_000, HertzOfTsc / 1_000_000, 100, 0),
        0x8000_0000 => Vendor(HighestExtendedLeaf),
        0x8000_0001 => new(Signature, 0, Model[CpuIdWord.Extended1Ecx], WithoutAbsentApic(Model[CpuIdWord.Extended1Edx])),
        >= 0x8000_0002 and <= 0x8000_0004 => BrandPart((int)(leaf - 0x8000_0002)),
        0x8000_0005 => new(0, 0, FirstLevelCache, FirstLevelCache),
        0x8000_0006 => new(0, 0, 512 << 16 | 8 << 12 | 1 << 8 | 64, 16 << 18 | 8 << 12 | 1 << 8 | 64),
        0x8000_0007 => new(0, 0, 0, Model[CpuIdWord.Extended7Edx]),
        0x8000_0008 => new(48 << 8 | PageTableEntry.PhysicalAddressBits, 0, 0, 0),
        _ => default,
    };

    /// <summary>OSXSAVE repeats CR4; the TSC-deadline timer is part of the local APIC.</summary>
    private uint Leaf1Ecx()
    {
        uint features = Model[CpuIdWord.Leaf1Ecx];
        if (processor.LocalApic is null) features &= ~(1u << CpuFeatures.TscDeadlineBit);
        bool isEnabled = Model[CpuIdWord.LeafDEax] != 0 && (processor.State->Cr4 & SystemRegisters.Cr4OsXsave) != 0;
        if (isEnabled) features |= 1u << CpuFeatures.XsaveEnabledBit;
        return features;
    }

    private uint WithoutAbsentApic(uint features)
    {
        ulong apicBase = processor.LocalApic?.BaseRegister ?? processor.System.ApicBase;
        return (apicBase & ApicEnabled) != 0 ? features : features & ~(1u << CpuFeatures.ApicBit);
    }

    /// <summary>Leaf 0xd: components, their sizes and places (Intel SDM Vol. 1, 13.2).</summary>
    private CpuIdLeaf ExtendedState(uint subleaf)
    {
        ulong enabled = processor.System.Xcr0;
        return subleaf switch
        {
            0 => new((uint)Model.ExtendedStates, (uint)ExtendedControl.AreaBytes(enabled), (uint)ExtendedControl.AreaBytes(Model.ExtendedStates), 0),
            1 => new(Model[CpuIdWord.LeafDEax], (uint)ExtendedControl.AreaBytes(enabled), 0, 0),
            2 when Model.Has(CpuidFeature.AVX) => new(ExtendedControl.AvxBytes, ExtendedControl.AvxOffset, 0, 0),
            _ => default,
        };
    }

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
