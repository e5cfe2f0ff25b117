namespace X64Emu.Gdb;

/// <summary>How a connection ended.</summary>
public enum ConnectionEnd
{
    /// <summary>It broke, or gdb closed it. The machine stands.</summary>
    Disconnected,

    /// <summary>gdb let the program go; it is to run on to its end.</summary>
    Detached,

    /// <summary>gdb asked to end the machine, or the program has ended.</summary>
    Finished,
}
