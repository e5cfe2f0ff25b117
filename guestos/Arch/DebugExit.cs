namespace GuestOs.Arch;

/// <summary>The debug exit port ends the machine.</summary>
internal static class DebugExit
{
    /// <summary>Status of a machine whose kernel panicked.</summary>
    public const uint PanicStatus = 0x100;

    private const ushort Port = 0xf4;

    /// <summary>Ends the machine with a program's exit status (0 to 255) or <see cref="PanicStatus"/>; halts where there is no such port.</summary>
    public static void Exit(uint status)
    {
        Cpu.Out32(Port, status);
        Cpu.HaltForever();
    }
}
