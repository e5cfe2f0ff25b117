namespace X64Emu.Gdb.Registers;

/// <summary>Segment bases, Linux's orig_rax, and the processor's system registers, of which gdb may write CR2 alone.</summary>
internal static class SystemRegisters
{
    private const string SystemTypes = """
        <flags id="x64_cr0" size="8">
        <field name="PG" start="31" end="31"/><field name="CD" start="30" end="30"/><field name="NW" start="29" end="29"/><field name="AM" start="18" end="18"/>
        <field name="WP" start="16" end="16"/><field name="NE" start="5" end="5"/><field name="ET" start="4" end="4"/><field name="TS" start="3" end="3"/>
        <field name="EM" start="2" end="2"/><field name="MP" start="1" end="1"/><field name="PE" start="0" end="0"/>
        </flags>
        <flags id="x64_cr4" size="8">
        <field name="SMAP" start="21" end="21"/><field name="SMEP" start="20" end="20"/><field name="OSXSAVE" start="18" end="18"/>
        <field name="PCIDE" start="17" end="17"/><field name="FSGSBASE" start="16" end="16"/><field name="UMIP" start="11" end="11"/>
        <field name="OSXMMEXCPT" start="10" end="10"/><field name="OSFXSR" start="9" end="9"/><field name="PCE" start="8" end="8"/>
        <field name="PGE" start="7" end="7"/><field name="MCE" start="6" end="6"/><field name="PAE" start="5" end="5"/><field name="PSE" start="4" end="4"/>
        <field name="DE" start="3" end="3"/><field name="TSD" start="2" end="2"/><field name="PVI" start="1" end="1"/><field name="VME" start="0" end="0"/>
        </flags>
        <flags id="x64_efer" size="8">
        <field name="NXE" start="11" end="11"/><field name="LMA" start="10" end="10"/><field name="LME" start="8" end="8"/><field name="SCE" start="0" end="0"/>
        </flags>

        """;

    public static RegisterFeature LinuxFeature { get; } = new("org.gnu.gdb.i386.linux", "",
    [
        RegisterDefinition.Number("orig_rax", 64, "int64", values => values.SystemCallNumber, (values, value) => values.SystemCallNumber = value, "system"),
    ]);

    public static RegisterFeature SegmentFeature { get; } = new("org.gnu.gdb.i386.segments", "",
    [
        RegisterDefinition.Number("fs_base", 64, "int64", values => values.FsBase, (values, value) => values.FsBase = value),
        RegisterDefinition.Number("gs_base", 64, "int64", values => values.GsBase, (values, value) => values.GsBase = value),
    ]);

    public static RegisterFeature ProcessorFeature { get; } = new("org.x64emu.system", SystemTypes,
    [
        ReadOnly("k_gs_base", "int64", values => values.KernelGsBase),
        ReadOnly("cr0", "x64_cr0", values => values.Cr0),
        RegisterDefinition.Number("cr2", 64, "data_ptr", values => values.Cr2, (values, value) => values.Cr2 = value, "system"),
        ReadOnly("cr3", "int64", values => values.Cr3),
        ReadOnly("cr4", "x64_cr4", values => values.Cr4),
        ReadOnly("cr8", "int64", values => values.Cr8),
        ReadOnly("efer", "x64_efer", values => values.Efer),
    ]);

    private static RegisterDefinition ReadOnly(string name, string type, Func<RegisterValues, ulong> get) =>
        RegisterDefinition.Number(name, 64, type, get, null, "system");
}
