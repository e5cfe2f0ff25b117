namespace X64Emu.Cli.Running;

/// <summary>A machine that is ready to run, and the host directories it sees.</summary>
/// <param name="machine">The machine.</param>
/// <param name="shares">The directories; null for none.</param>
internal sealed class PreparedMachine(PcMachine machine, SharedDirectories? shares) : IDisposable
{
    /// <summary>The machine.</summary>
    public PcMachine Machine => machine;

    /// <inheritdoc/>
    public void Dispose()
    {
        machine.Dispose();
        shares?.Dispose();
    }
}
