namespace X64Emu.Devices.NineP;

/// <summary>Linux's error numbers as 9P2000.L carries them (asm-generic/errno.h); 0 is success.</summary>
internal static class LinuxError
{
    internal const int None = 0;
    internal const int NotPermitted = 1;
    internal const int NoEntry = 2;
    internal const int InputOutput = 5;
    internal const int NoDeviceOrAddress = 6;
    internal const int BadDescriptor = 9;
    internal const int AccessDenied = 13;
    internal const int Exists = 17;
    internal const int CrossDevice = 18;
    internal const int NotDirectory = 20;
    internal const int IsDirectory = 21;
    internal const int Invalid = 22;
    internal const int FileTableFull = 23;
    internal const int FileTooBig = 27;
    internal const int NoSpace = 28;
    internal const int ReadOnlyFileSystem = 30;
    internal const int NameTooLong = 36;
    internal const int NotEmpty = 39;
    internal const int BadMessage = 74;
    internal const int NotSupported = 95;
    internal const int QuotaExceeded = 122;
}
