namespace X64Emu.Bus;

/// <summary>A pin that remembers its level, such as the CPU's INTR.</summary>
public sealed class InterruptPin : IInterruptLine
{
    /// <summary>The level it is driven to.</summary>
    public bool IsAsserted { get; private set; }

    /// <inheritdoc/>
    public void SetLevel(bool asserted) => IsAsserted = asserted;
}

/// <summary>One wire that ends at several receivers, as an ISA interrupt does at both the 8259 pair and the I/O APIC.</summary>
public sealed class InterruptFanOut(params IInterruptLine[] receivers) : IInterruptLine
{
    /// <inheritdoc/>
    public void SetLevel(bool asserted)
    {
        foreach (IInterruptLine receiver in receivers) receiver.SetLevel(asserted);
    }
}

/// <summary>A wire that ends nowhere.</summary>
public sealed class DisconnectedLine : IInterruptLine
{
    /// <summary>The one instance; it holds no state.</summary>
    public static DisconnectedLine Instance { get; } = new();

    private DisconnectedLine()
    {
    }

    /// <inheritdoc/>
    public void SetLevel(bool asserted)
    {
    }
}

/// <summary>A wire whose receiver is a method.</summary>
internal sealed class CallbackLine(Action<bool> receiver) : IInterruptLine
{
    /// <inheritdoc/>
    public void SetLevel(bool asserted) => receiver(asserted);
}
