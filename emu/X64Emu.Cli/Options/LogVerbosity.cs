namespace X64Emu.Cli.Options;

/// <summary>How much the machine and the guest kernel log to standard error.</summary>
internal enum LogVerbosity
{
    /// <summary>Warnings, panics, and a line for each killed process.</summary>
    Quiet,

    /// <summary>And what happens once: devices found, file systems mounted.</summary>
    Info,

    /// <summary>Everything.</summary>
    Debug,
}
