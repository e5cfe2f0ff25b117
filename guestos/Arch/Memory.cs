using System.Runtime;
using System.Runtime.CompilerServices;

namespace GuestOs.Arch;

/// <summary>Block operations on kernel memory (memory.S).</summary>
internal static unsafe class Memory
{
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "page_clear")]
    public static extern void ClearPage(void* page);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "page_copy")]
    public static extern void CopyPage(void* destination, void* source);

    /// <summary>Copies between ranges that do not overlap.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "memcpy")]
    public static extern void* Copy(void* destination, void* source, ulong lengthBytes);

    /// <summary>Copies between ranges that may overlap.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "memmove")]
    public static extern void* Move(void* destination, void* source, ulong lengthBytes);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "memset")]
    public static extern void* Set(void* destination, int value, ulong lengthBytes);

    /// <summary>Equality of two byte ranges.</summary>
    public static bool Equal(byte* left, byte* right, ulong lengthBytes)
    {
        for (ulong i = 0; i < lengthBytes; i++)
            if (left[i] != right[i]) return false;
        return true;
    }

    /// <summary>Bytes before the terminating NUL, at most <paramref name="limit"/>.</summary>
    public static ulong StringLength(byte* text, ulong limit)
    {
        ulong length = 0;
        while (length < limit && text[length] != 0) length++;
        return length;
    }
}
