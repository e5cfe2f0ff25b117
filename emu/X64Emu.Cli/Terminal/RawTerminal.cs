namespace X64Emu.Cli.Terminal;

/// <summary>Hands a terminal's keys to the guest untouched, and gives the terminal back as it was, however the tool ends.</summary>
internal sealed class RawTerminal : IDisposable
{
    private readonly int descriptor;
    private byte[]? original;

    private RawTerminal(int descriptor, byte[] original)
    {
        this.descriptor = descriptor;
        this.original = original;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>Makes the terminal's input raw; null when the descriptor is no terminal.</summary>
    public static RawTerminal? Enter(int descriptor)
    {
        if (!HostTerminal.IsTerminal(descriptor) || HostTerminal.ReadAttributes(descriptor) is not { } attributes) return null;
        RawTerminal terminal = new(descriptor, attributes);
        HostTerminal.WriteAttributes(descriptor, HostTerminal.WithRawInput(attributes));
        return terminal;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        if (Interlocked.Exchange(ref original, null) is { } attributes) HostTerminal.WriteAttributes(descriptor, attributes);
    }

    private void OnProcessExit(object? sender, EventArgs arguments) => Dispose();
}
