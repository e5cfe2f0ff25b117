using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>The first page of a swap area, as mkswap writes it (Linux's union swap_header).</summary>
internal static unsafe class SwapHeader
{
    private const int VersionOffset = 1024;
    private const int LastPageOffset = 1028;
    private const int BadPagesOffset = 1032;
    private const int SignatureOffset = 4086;
    private const int SignatureBytes = 10;
    private const uint Version = 1;

    private static System.ReadOnlySpan<byte> Signature => "SWAPSPACE2"u8;

    /// <summary>Makes a swap area of a whole disk; false when it cannot be written.</summary>
    public static bool Write(SwapDevice device)
    {
        uint frame = FrameAllocator.AllocateZeroed();
        byte* page = Physical.FramePointer(frame);
        *(uint*)(page + VersionOffset) = Version;
        *(uint*)(page + LastPageOffset) = (uint)(device.PageCount - 1);
        for (int i = 0; i < SignatureBytes; i++) page[SignatureOffset + i] = Signature[i];
        bool isWritten = device.Transfer(0, frame, isWrite: true);
        FrameAllocator.Release(frame);
        return isWritten;
    }

    /// <summary>The area's pages, the header among them; 0 without a swap area, and for one with bad pages or of another version.</summary>
    public static ulong ReadPageCount(SwapDevice device)
    {
        uint frame = FrameAllocator.AllocateForUser();
        if (frame == 0) return 0;
        byte* page = Physical.FramePointer(frame);
        bool isGood = device.Transfer(0, frame, isWrite: false) && *(uint*)(page + VersionOffset) == Version && *(uint*)(page + BadPagesOffset) == 0;
        for (int i = 0; i < SignatureBytes; i++) isGood &= page[SignatureOffset + i] == Signature[i];
        ulong pages = isGood ? *(uint*)(page + LastPageOffset) + 1UL : 0;
        FrameAllocator.Release(frame);
        return pages <= device.PageCount ? pages : 0;
    }
}
