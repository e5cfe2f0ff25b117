using System.Security;

namespace X64Emu.Devices.NineP;

/// <summary>Turns the class library's exceptions about files into Linux's error numbers.</summary>
internal static class HostError
{
    // Windows' codes, as HRESULTs (winerror.h); elsewhere the class library hands the system's own number on.
    private const int WriteProtected = unchecked((int)0x8007_0013);
    private const int HandleDiskFull = unchecked((int)0x8007_0027);
    private const int FileExists = unchecked((int)0x8007_0050);
    private const int DiskFull = unchecked((int)0x8007_0070);
    private const int DirectoryNotEmpty = unchecked((int)0x8007_0091);
    private const int AlreadyExists = unchecked((int)0x8007_00b7);

    /// <summary>True for what file operations throw when the host refuses them; anything else is an error of this program.</summary>
    internal static bool IsRefusal(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or SecurityException;

    /// <summary>The number for a refusal.</summary>
    internal static int Of(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => LinuxError.NoEntry,
        UnauthorizedAccessException or SecurityException => LinuxError.AccessDenied,
        PathTooLongException => LinuxError.NameTooLong,
        // A length or an offset that the file system cannot hold.
        ArgumentOutOfRangeException => LinuxError.FileTooBig,
        IOException { HResult: LinuxError.NoSpace or DiskFull or HandleDiskFull } => LinuxError.NoSpace,
        IOException { HResult: LinuxError.ReadOnlyFileSystem or WriteProtected } => LinuxError.ReadOnlyFileSystem,
        IOException { HResult: LinuxError.Exists or FileExists or AlreadyExists } => LinuxError.Exists,
        IOException { HResult: LinuxError.NotEmpty or DirectoryNotEmpty } => LinuxError.NotEmpty,
        IOException { HResult: LinuxError.QuotaExceeded } => LinuxError.QuotaExceeded,
        _ => LinuxError.InputOutput,
    };
}
