using System.Globalization;
using System.Text;

namespace X64Emu.Gdb.Registers;

/// <summary>The XML that tells gdb which registers there are ("Target Descriptions" in the gdb manual).</summary>
internal static class TargetDescription
{
    /// <summary>The document that gdb asks for as target.xml.</summary>
    public static string Xml { get; } = Build();

    private static string Build()
    {
        StringBuilder xml = new();
        xml.Append("<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n");
        xml.Append("<target>\n<architecture>i386:x86-64</architecture>\n<osabi>GNU/Linux</osabi>\n");
        foreach (RegisterFeature feature in RegisterLayout.Features)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<feature name=\"{feature.Name}\">\n{feature.Types}");
            foreach (RegisterDefinition register in feature.Registers)
            {
                string group = register.Group is null ? "" : $" group=\"{register.Group}\"";
                xml.Append(CultureInfo.InvariantCulture, $"<reg name=\"{register.Name}\" bitsize=\"{register.Bits}\" type=\"{register.Type}\"{group}/>\n");
            }
            xml.Append("</feature>\n");
        }
        return xml.Append("</target>\n").ToString();
    }
}
