using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>What makes two futex words the same: the address in one address space, or the place in what a shared mapping shows.</summary>
internal readonly struct FutexKey
{
    private readonly object _owner;
    private readonly ulong _offset;

    private FutexKey(object owner, ulong offset)
    {
        _owner = owner;
        _offset = offset;
    }

    /// <summary>The key of a word that only threads of one address space wait on (FUTEX_PRIVATE_FLAG).</summary>
    public static FutexKey OfPrivate(AddressSpace space, ulong address) => new FutexKey(space, address);

    /// <summary>The key of a word that processes may share; where nothing shared is mapped it is the address space's own.</summary>
    public static FutexKey OfShared(AddressSpace space, ulong address)
    {
        VmArea area = space.Find(address);
        if (area == null || !area.IsShared || area.Source == null) return new FutexKey(space, address);
        return new FutexKey(area.Source, area.PageIndex(address) << 12 | address & 4095);
    }

    /// <summary>True while it names a word.</summary>
    public bool IsSet => _owner != null;

    /// <summary>Spreads keys over hash buckets: words of one page differ.</summary>
    public ulong Hash => _offset >> 2;

    public bool Equals(in FutexKey other) => _owner == other._owner && _offset == other._offset;
}
