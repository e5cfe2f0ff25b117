namespace GuestOs.Mm;

/// <summary>What an address space may grow to.</summary>
internal static class Limits
{
    /// <summary>True when mappings may grow by so much.</summary>
    public static bool MayGrow(AddressSpace space, VmFlags flags, ulong bytes) => true;
}
