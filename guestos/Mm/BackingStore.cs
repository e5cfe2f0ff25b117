namespace GuestOs.Mm;

/// <summary>Swap space as the rest of memory management sees it.</summary>
internal static class BackingStore
{
    /// <summary>Pages of swap space that is in use or free; 0 without swap.</summary>
    public static ulong TotalPages { get; private set; }
}
