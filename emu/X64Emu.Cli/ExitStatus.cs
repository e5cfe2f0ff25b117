namespace X64Emu.Cli;

/// <summary>The tool's own exit statuses; all others are the guest program's.</summary>
internal static class ExitStatus
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>The command line, a file or a directory it names cannot be used.</summary>
    public const int Usage = 2;

    /// <summary>The guest kernel panicked, or crashed the machine: a triple fault, a reset, a halt that nothing ends.</summary>
    public const int GuestPanic = 3;

    /// <summary>The emulator stopped for a reason of its own: the instruction limit, or a failure inside it.</summary>
    public const int EmulatorLimit = 4;

    /// <summary>The terminal went away: 128 + SIGHUP.</summary>
    public const int HungUp = 129;

    /// <summary>Ended by Ctrl-C: 128 + SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>A debugger killed the program: 128 + 9.</summary>
    public const int Killed = 137;

    /// <summary>Ended by SIGTERM: 128 + 15.</summary>
    public const int Terminated = 143;
}
