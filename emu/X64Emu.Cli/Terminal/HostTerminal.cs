using System.Runtime.InteropServices;

namespace X64Emu.Cli.Terminal;

/// <summary>The C library's terminal calls. Where there is no such library, nothing is a terminal.</summary>
internal static partial class HostTerminal
{
    /// <summary>Room for `struct termios`: 60 bytes on Linux, 72 on macOS.</summary>
    public const int AttributeBytes = 256;

    private const int ApplyNow = 0; // TCSANOW

    /// <summary>Whether the file descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => !OperatingSystem.IsWindows() && IsATty(descriptor) == 1;

    /// <summary>The terminal's attributes, or null when the descriptor is none.</summary>
    public static byte[]? ReadAttributes(int descriptor)
    {
        byte[] attributes = new byte[AttributeBytes];
        return GetAttributes(descriptor, attributes) == 0 ? attributes : null;
    }

    /// <summary>Sets the terminal's attributes; false when that failed.</summary>
    public static bool WriteAttributes(int descriptor, byte[] attributes) => SetAttributes(descriptor, ApplyNow, attributes) == 0;

    /// <summary>The same attributes with input raw: no echo, no lines, no signals from keys. Output stays as it is, so a line feed still returns the carriage.</summary>
    public static byte[] WithRawInput(byte[] attributes)
    {
        byte[] raw = [.. attributes];
        MakeRaw(raw);
        // c_oflag is the second member; a member has 4 bytes on Linux and 8 on macOS.
        int memberBytes = OperatingSystem.IsMacOS() ? 8 : 4;
        Array.Copy(attributes, memberBytes, raw, memberBytes, memberBytes);
        return raw;
    }

    [LibraryImport("libc", EntryPoint = "isatty")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int IsATty(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetAttributes(int descriptor, [Out] byte[] attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetAttributes(int descriptor, int when, byte[] attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void MakeRaw([In, Out] byte[] attributes);
}
