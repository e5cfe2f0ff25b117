namespace GuestOs.Proc;

/// <summary>The bits of personality(2) that change something here; fork and exec keep them.</summary>
internal static class Personality
{
    /// <summary>ADDR_NO_RANDOMIZE: the same addresses on every run.</summary>
    public const uint NoRandomAddresses = 0x40000;

    /// <summary>ADDR_COMPAT_LAYOUT: mappings grow upward, as with vm.legacy_va_layout.</summary>
    public const uint CompatibleLayout = 0x200000;

    /// <summary>READ_IMPLIES_EXEC: what mmap and mprotect make readable can be executed too. exec of a 64-bit program clears it.</summary>
    public const uint ReadImpliesExecute = 0x400000;
}
