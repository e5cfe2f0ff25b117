using System.Runtime;
using System.Runtime.CompilerServices;

namespace GuestOs.Mm;

/// <summary>
/// The only way to a program's memory. Every routine checks the range and survives faults: pages that are not there come in (it may sleep),
/// and where they cannot the routine reports failure, which a system call turns into EFAULT.
/// </summary>
internal static unsafe class UserMemory
{
    /// <summary>The end of what programs may use: one page below the canonical boundary, as on Linux.</summary>
    public const ulong End = 0x00007ffffffff000;

    /// <summary>True when the whole range lies in the user half.</summary>
    public static bool IsUserRange(ulong address, ulong lengthBytes) => lengthBytes <= End && address <= End - lengthBytes;

    /// <summary>Copies from a program; false when part of the range is bad.</summary>
    public static bool CopyFrom(void* destination, ulong source, ulong lengthBytes) =>
        IsUserRange(source, lengthBytes) && Copy(destination, (void*)source, lengthBytes) == 0;

    /// <summary>Copies to a program; false when part of the range is bad.</summary>
    public static bool CopyTo(ulong destination, void* source, ulong lengthBytes) =>
        IsUserRange(destination, lengthBytes) && Copy((void*)destination, source, lengthBytes) == 0;

    /// <summary>Zeroes a program's memory; false when part of the range is bad.</summary>
    public static bool Clear(ulong destination, ulong lengthBytes) => IsUserRange(destination, lengthBytes) && ClearUser((void*)destination, lengthBytes) == 0;

    /// <summary>Reads one value.</summary>
    public static bool Read<T>(ulong source, out T value) where T : unmanaged
    {
        T result = default;
        bool success = CopyFrom(&result, source, (ulong)sizeof(T));
        value = result;
        return success;
    }

    /// <summary>Writes one value.</summary>
    public static bool Write<T>(ulong destination, T value) where T : unmanaged => CopyTo(destination, &value, (ulong)sizeof(T));

    /// <summary>
    /// Copies a NUL-terminated string with its NUL. Returns its length without the NUL, -EFAULT, or -ENAMETOOLONG when there is no NUL
    /// within <paramref name="capacity"/> bytes.
    /// </summary>
    public static long CopyString(byte* destination, ulong source, ulong capacity)
    {
        ulong done = 0;
        while (done < capacity)
        {
            ulong chunk = 64 - ((source + done) & 63);
            if (chunk > capacity - done) chunk = capacity - done;
            if (!CopyFrom(destination + done, source + done, chunk)) return -Errno.Fault;
            for (ulong end = done + chunk; done < end; done++)
                if (destination[done] == 0) return (long)done;
        }
        return -Errno.NameTooLong;
    }

    /// <summary>LOCK CMPXCHG on a program's 32-bit word; <paramref name="found"/> is what was there.</summary>
    public static bool CompareExchange(ulong address, uint expected, uint value, out uint found)
    {
        uint word = expected;
        bool success = IsUserRange(address, 4) && CompareExchange32((void*)address, &word, value) == 0;
        found = word;
        return success;
    }

    /// <summary>Returns the bytes not copied.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "user_copy")]
    private static extern ulong Copy(void* destination, void* source, ulong lengthBytes);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "user_clear")]
    private static extern ulong ClearUser(void* destination, ulong lengthBytes);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "user_compare_exchange32")]
    private static extern ulong CompareExchange32(void* address, uint* expected, uint value);
}
