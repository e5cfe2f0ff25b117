using System.Runtime.CompilerServices;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>The pages of one inode, which owns them: what all mappings of a file have in common. A mapping counts on the inode.</summary>
internal abstract unsafe class InodePages : PageSource
{
    // The name that mappings are known by, held while there are any.
    private Dentry _mappedEntry;

    protected InodePages(Inode inode)
    {
        Inode = inode;
        KernelHeap.AddReclaimable(Unsafe.AddressOf(this));
    }

    /// <summary>The inode whose pages these are.</summary>
    public Inode Inode { get; }

    /// <summary>Pages that are there, counted in 4 KiB.</summary>
    public abstract ulong PageCount { get; }

    public override ulong SizeBytes => Inode.SizeBytes;

    public override ulong InodeNumber => Inode.Number;

    /// <summary>True while somebody maps the file shared and writes to it, or could by mprotect.</summary>
    public bool HasWritableMapping
    {
        get
        {
            for (VmArea area = Mappings.First(0, ulong.MaxValue); area != null; area = Mappings.Next(area, 0, ulong.MaxValue))
                if (area.IsShared && (area.Flags & VmFlags.NeverWritable) == 0) return true;
            return false;
        }
    }

    public override void AddReference() => Inode.AddReference();

    public override void Release() => Inode.Release();

    public override void OnMapped()
    {
        if (Mappings.Count == 1 && Inode.Alias != null)
        {
            _mappedEntry = Inode.Alias;
            _mappedEntry.AddReference();
        }
        if (Mappings.Count == 1) Inode.FileSystem?.AddUser();
        Inode.OnMapped();
    }

    public override void OnUnmapped()
    {
        Inode.OnUnmapped();
        if (Mappings.Count != 0) return;
        FileSystem fileSystem = Inode.FileSystem;
        Dentry entry = _mappedEntry;
        _mappedEntry = null;
        entry?.Release();
        fileSystem?.RemoveUser();
    }

    public override int CopyPath(byte* buffer, int capacity)
    {
        if (Inode.Alias == null) return 0;
        int length = Inode.Alias.CopyPath(buffer, capacity);
        return length < 0 ? 0 : length;
    }

    /// <summary>Frees the object with its inode; nothing maps it any more.</summary>
    public void Destroy()
    {
        DropAll();
        KernelHeap.RemoveReclaimable(Unsafe.AddressOf(this));
        KernelHeap.Free(this);
    }

    /// <summary>Gives up every page, and the memory that keeps them.</summary>
    protected abstract void DropAll();
}
