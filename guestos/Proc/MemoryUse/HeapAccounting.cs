using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// Tells which process the kernel heap has grown for: what is taken while a process has the CPU is its own, what is given back then its credit. What a fork
/// takes is the child's.
/// </summary>
internal static class HeapAccounting
{
    private static ulong s_mark;

    /// <summary>Charges what the heap has grown by since the last call to a process.</summary>
    public static void Settle(Process process)
    {
        ulong bytes = KernelHeap.BytesInUse;
        process.HeapBytes += (long)(bytes - s_mark);
        s_mark = bytes;
    }

    /// <summary>What has changed since the last call was a process that is no more.</summary>
    public static void Skip() => s_mark = KernelHeap.BytesInUse;
}
