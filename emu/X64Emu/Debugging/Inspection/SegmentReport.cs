using X64Emu.Cpu;

namespace X64Emu.Debugging.Inspection;

/// <summary>The segment registers with their cached descriptors.</summary>
public static class SegmentReport
{
    /// <summary>CS, SS, DS, ES, FS, GS, LDTR and TR: selector, base, limit, rights in words.</summary>
    public static IReadOnlyList<string> Lines(ProcessorRegisters registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        SegmentName[] order = [SegmentName.Cs, SegmentName.Ss, SegmentName.Ds, SegmentName.Es, SegmentName.Fs, SegmentName.Gs];
        List<string> lines = [];
        foreach (SegmentName name in order)
        {
            SegmentRegister register = registers.GetSegment(name);
            // FS and GS have bases of their own in long mode, whatever their descriptors say.
            ulong segmentBase = name switch { SegmentName.Fs => registers.FsBase.Value, SegmentName.Gs => registers.GsBase.Value, _ => register.Base };
            lines.Add(Line(name.ToString().ToLowerInvariant(), register with { Base = segmentBase }, isSystem: false));
        }
        lines.Add(Line("ldtr", registers.Ldtr, isSystem: true));
        lines.Add(Line("tr", registers.TaskRegister, isSystem: true));
        lines.Add($"gdtr  base 0x{registers.Gdtr.Base:x16}  limit 0x{registers.Gdtr.Limit:x}");
        lines.Add($"idtr  base 0x{registers.Idtr.Base:x16}  limit 0x{registers.Idtr.Limit:x}");
        return lines;
    }

    private static string Line(string name, SegmentRegister register, bool isSystem)
    {
        string table = (register.Selector & 4) != 0 ? "LDT" : "GDT", rights = DescriptorText.Rights(register.Attributes, isCodeOrData: !isSystem);
        string selector = $"0x{register.Selector:x4} ({table} entry {register.Selector >> 3}, RPL {register.Selector & 3})";
        return $"{name,-5} {selector,-28} base 0x{register.Base:x16}  limit 0x{register.Limit:x8}  {rights}";
    }
}
