using X64Emu.Bus;

namespace X64Emu.Tests.Devices;

/// <summary>A wire that remembers its level and counts rising edges.</summary>
internal sealed class Wire : IInterruptLine
{
    public bool Level { get; private set; }

    public int Rises { get; private set; }

    public void SetLevel(bool asserted)
    {
        if (asserted && !Level) Rises++;
        Level = asserted;
    }
}
