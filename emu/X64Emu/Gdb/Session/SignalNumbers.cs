namespace X64Emu.Gdb.Session;

/// <summary>gdb numbers signals in its own way on the wire, the same for all systems (gdb's signals.def).</summary>
internal static class SignalNumbers
{
    public const int GdbInterrupt = 2, GdbTrap = 5;

    private const int GdbUnknown = 143, FirstRealtime = 32, LastRealtime = 64, GdbRealtime32 = 77, GdbRealtime33 = 45, GdbRealtime64 = 78;

    /// <summary>Index: Linux's number for x86-64; 0 where gdb has none.</summary>
    private static readonly int[] gdbNumbers =
        [0, 1, 2, 3, 4, 5, 6, 10, 8, 9, 30, 11, 31, 13, 14, 15, 0, 20, 19, 17, 18, 21, 22, 16, 24, 25, 26, 27, 28, 23, 32, 12];

    /// <summary>gdb's number of a Linux signal.</summary>
    public static int ToGdb(int linux) => linux switch
    {
        FirstRealtime => GdbRealtime32,
        > FirstRealtime and < LastRealtime => GdbRealtime33 + linux - FirstRealtime - 1,
        LastRealtime => GdbRealtime64,
        _ => linux >= 0 && linux < gdbNumbers.Length && (linux == 0 || gdbNumbers[linux] != 0) ? gdbNumbers[linux] : GdbUnknown,
    };

    /// <summary>The Linux signal of a number of gdb's, or 0.</summary>
    public static int ToLinux(int gdb)
    {
        for (int linux = 1; linux <= LastRealtime; linux++)
        {
            if (ToGdb(linux) == gdb) return linux;
        }
        return 0;
    }
}
