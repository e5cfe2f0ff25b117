using System.ComponentModel;
using System.Runtime.InteropServices;

namespace X64Emu.Bus;

/// <summary>Zeroed address space from the host that takes physical memory only where it is touched.</summary>
internal static unsafe partial class HostMemory
{
    private const int ProtectionReadWrite = 0x1 | 0x2;
    private const int MapPrivate = 0x2;
    private const int MapAnonymousLinux = 0x20;
    private const int MapAnonymousBsd = 0x1000;
    private const int MapNoReserveLinux = 0x4000;
    private const uint MemoryCommitAndReserve = 0x1000 | 0x2000;
    private const uint MemoryRelease = 0x8000;
    private const uint PageReadWrite = 0x4;

    /// <summary>Reserves <paramref name="lengthBytes"/> zeroed bytes, page-aligned.</summary>
    /// <exception cref="InsufficientMemoryException">The host refuses that much address space.</exception>
    internal static byte* Reserve(ulong lengthBytes)
    {
        void* address;
        if (OperatingSystem.IsWindows())
        {
            address = VirtualAlloc(null, (nuint)lengthBytes, MemoryCommitAndReserve, PageReadWrite);
            if (address == null) throw Refused(lengthBytes);
        }
        else
        {
            int flags = MapPrivate | (OperatingSystem.IsLinux() ? MapAnonymousLinux | MapNoReserveLinux : MapAnonymousBsd);
            address = Map(null, (nuint)lengthBytes, ProtectionReadWrite, flags, -1, 0);
            if ((nint)address == -1) throw Refused(lengthBytes);
        }
        return (byte*)address;
    }

    /// <summary>Gives back what <see cref="Reserve"/> returned.</summary>
    internal static void Release(byte* address, ulong lengthBytes)
    {
        if (OperatingSystem.IsWindows()) _ = VirtualFree(address, 0, MemoryRelease);
        else _ = Unmap(address, (nuint)lengthBytes);
    }

    private static InsufficientMemoryException Refused(ulong lengthBytes) =>
        new($"the host refused {lengthBytes >> 20} MiB of guest memory: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(void* address, nuint lengthBytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(void* address, nuint lengthBytes);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial void* VirtualAlloc(void* address, nuint lengthBytes, uint type, uint protection);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int VirtualFree(void* address, nuint lengthBytes, uint type);
}
