using System.Runtime.CompilerServices;

namespace GuestOs.Arch;

/// <summary>Where physical memory and device registers appear in the kernel's half.</summary>
internal static unsafe class Physical
{
    /// <summary>All RAM is mapped from here on.</summary>
    public const ulong DirectMapBase = 0xffff888000000000;

    /// <summary>Device registers below 4 GiB are mapped uncached from here on (see KernelPageTables).</summary>
    public const ulong MmioBase = 0xffffe90000000000;

    public const ulong PageBytes = 4096;

    /// <summary>The direct-map address of a physical address in RAM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* ToPointer(ulong physicalAddress) => (byte*)(DirectMapBase + physicalAddress);

    /// <summary>The direct-map address of a frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* FramePointer(uint frame) => (byte*)(DirectMapBase + ((ulong)frame << 12));

    /// <summary>The frame a direct-map pointer lies in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint FrameOf(void* directMapPointer) => (uint)(((ulong)directMapPointer - DirectMapBase) >> 12);

    /// <summary>The physical address of something in the kernel image or the direct map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AddressOf(void* kernelPointer)
    {
        ulong address = (ulong)kernelPointer;
        return address >= KernelImage.Base ? address - KernelImage.Base : address - DirectMapBase;
    }

    /// <summary>Registers of a device whose physical address is in the range 0xfe000000 to 4 GiB.</summary>
    public static byte* Mmio(ulong physicalAddress) => (byte*)(MmioBase + physicalAddress);
}
