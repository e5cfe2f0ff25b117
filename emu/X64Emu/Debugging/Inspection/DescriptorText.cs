using X64Emu.Cpu;

namespace X64Emu.Debugging.Inspection;

/// <summary>Descriptors in words (Intel SDM Vol. 3A, 3.4.5, 3.5 and 6.14.1).</summary>
internal static class DescriptorText
{
    private const int PresentBit = 0x80, LongBit = 0x2000, DefaultBit = 0x4000;

    /// <summary>The rights of a segment.</summary>
    /// <param name="attributes">Descriptor bits 40..55.</param>
    /// <param name="isCodeOrData">False for system segments.</param>
    public static string Rights(ushort attributes, bool isCodeOrData)
    {
        if ((attributes & PresentBit) == 0) return "not present";
        string ring = $"ring {attributes >> 5 & 3}";
        if (!isCodeOrData) return $"{SystemType(attributes & 0xf)}, {ring}";
        bool isCode = (attributes & 8) != 0;
        string width = isCode
            ? (attributes & LongBit) != 0 ? "64-bit code" : (attributes & DefaultBit) != 0 ? "32-bit code" : "16-bit code"
            : "data";
        string access = isCode ? (attributes & 2) != 0 ? "readable" : "execute only" : (attributes & 2) != 0 ? "writable" : "read-only";
        string extra = (attributes & 4) != 0 ? isCode ? ", conforming" : ", expands down" : "";
        return $"{width}, {access}{extra}, {ring}{((attributes & 1) != 0 ? ", accessed" : "")}";
    }

    /// <summary>The kind of a system segment or gate of long mode.</summary>
    public static string SystemType(int type) => type switch
    {
        SegmentDescriptor.TypeLdt => "LDT",
        SegmentDescriptor.TypeAvailableTss => "TSS, available",
        SegmentDescriptor.TypeBusyTss => "TSS, busy",
        SegmentDescriptor.TypeCallGate => "call gate",
        SegmentDescriptor.TypeInterruptGate => "interrupt gate",
        SegmentDescriptor.TypeTrapGate => "trap gate",
        _ => $"reserved type {type}",
    };
}
