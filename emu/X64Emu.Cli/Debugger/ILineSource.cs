namespace X64Emu.Cli.Debugger;

/// <summary>Where the console's command lines come from: a terminal, a file, the tool's own command line.</summary>
internal interface ILineSource
{
    /// <summary>Whether a person types the lines, and sees each answer before the next.</summary>
    bool IsTyped => false;

    /// <summary>The next line without its end; null when there is none.</summary>
    string? ReadLine();
}
