namespace X64Emu.Cli.Reports;

/// <summary>A way to print a report.</summary>
internal interface IStatFormat
{
    /// <summary>Prints the report.</summary>
    void Write(StatReport report, TextWriter writer);
}
