namespace X64Emu.Devices;

/// <summary>The host's end of a serial cable. All members are called on the CPU's thread.</summary>
public interface ISerialBackend
{
    /// <summary>True while the far end is there. False only once no byte will ever follow: the UART then drops DCD.</summary>
    bool CarrierPresent { get; }

    /// <summary>True when input is read from the host only after <see cref="RequestInput"/>, so that the moment does not depend on the
    /// host's timing. False when bytes arrive whenever somebody types them.</summary>
    bool DeliversOnRequestOnly { get; }

    /// <summary>Sends one byte to the host, perhaps into a buffer.</summary>
    void Transmit(byte value);

    /// <summary>Takes the next byte the host sent; false when none is here.</summary>
    bool TryReceive(out byte value);

    /// <summary>The guest holds RTS high and has nothing left to read. May block until the host has input or ends it.</summary>
    void RequestInput();

    /// <summary>Pushes buffered output out, as when the guest goes idle.</summary>
    void Flush();
}
