using System.Text;
using X64Emu.Debugging.Guest.Layout;

namespace X64Emu.Debugging.Guest.Readers;

/// <summary>What a mapping gets its pages from.</summary>
/// <param name="Path">The file's path.</param>
/// <param name="Device">Its file system's number.</param>
/// <param name="InodeNumber">Its inode number.</param>
/// <param name="IsNamedFile">False for the kernel's own pages, such as [vdso], whose name is no path.</param>
internal sealed record GuestFile(string Path, uint Device, ulong InodeNumber, bool IsNamedFile = true)
{
    /// <summary>A source of pages that is no file this reader understands.</summary>
    public static readonly GuestFile Unknown = new("?", 0, 0);
}

/// <summary>Files behind mappings: their paths, and the frames that cache their pages.</summary>
internal sealed class FileReader
{
    // Of the kernel's CachedPage.
    private const ulong DirtyBit = 1, UnwrittenBit = 1UL << 62, SwapBit = 1UL << 63;

    private const int MaximumDepth = 256, MaximumNameBytes = 255, MaximumPathLength = 4096;
    private const int MaximumNames = 1 << 18, MaximumNodes = 1 << 20, MaximumArray = 1 << 20;

    // Mm_PageTree: a radix tree of 64 words per node; a leaf word is frame << 1 | dirty.
    private const int BitsPerLevel = 6, MaximumHeight = 11;

    // A .NET array: method table and length, then the elements.
    private const int ArrayHeaderBytes = 16;

    // Mm_HugeTlbStore: a tree of first frames by huge page; the promise of a page has the highest bit.
    private const int HugePageShift = 9;

    private const string Inode = "Fs_Inode", Dentry = "Fs_Dentry", PagesClass = "Fs_InodePages", PageCacheClass = "Fs_PageCache", Tree = "Mm_PageTree";
    private const string KernelPagesClass = "Mm_KernelPages", HugePagesClass = "Fs_HugePageCache", StoreClass = "Mm_HugeTlbStore";
    private readonly KernelMemory memory;
    private readonly KernelStatic buckets;
    private readonly KernelField cacheInode, cachePages, hugeStore, storePages, treeRoot, treeHeight, number, alias, fileSystem, pages, hugePages;
    private readonly KernelField parent, name, nameLength, isDeleted, nextInBucket, entryInode, mount, mountPoint, device, kernelFrames, kernelName;

    public FileReader(KernelTypes types, KernelMemory memory)
    {
        this.memory = memory;
        buckets = types.Static("Fs_DentryCache", "s_buckets");
        cacheInode = types.Field(PagesClass, "Inode");
        cachePages = types.Field(PageCacheClass, "_pages");
        hugeStore = types.Field(HugePagesClass, "_store");
        storePages = types.Field(StoreClass, "_pages");
        treeRoot = types.Field(Tree, "_root");
        treeHeight = types.Field(Tree, "_height");
        number = types.Field(Inode, "Number");
        alias = types.Field(Inode, "Alias");
        fileSystem = types.Field(Inode, "FileSystem");
        pages = types.Field(Inode, "Pages");
        hugePages = types.Field(Inode, "HugePages");
        parent = types.Field(Dentry, "Parent");
        name = types.Field(Dentry, "_name");
        nameLength = types.Field(Dentry, "NameLength");
        isDeleted = types.Field(Dentry, "IsDeleted");
        nextInBucket = types.Field(Dentry, "NextInBucket");
        entryInode = types.Field(Dentry, "Inode");
        mount = types.Field("Fs_FileSystem", "Mount");
        mountPoint = types.Field("Fs_Mount", "Point");
        device = types.Field("Fs_FileSystem", "Device");
        kernelFrames = types.Field(KernelPagesClass, "_frames");
        kernelName = types.Field(KernelPagesClass, "_name");
    }

    /// <summary>The file behind a page source.</summary>
    public GuestFile Describe(KernelObject source)
    {
        switch (source.ClassName)
        {
            case PageCacheClass or HugePagesClass:
                KernelObject inode = source.Object(cacheInode);
                return new GuestFile(PathOf(inode.Object(alias)), inode.Object(fileSystem).UInt32(device), inode.UInt64(number));
            case KernelPagesClass:
                KernelObject bytes = source.Object(kernelName);
                return new GuestFile(Text(bytes.Address + ArrayHeaderBytes, bytes.ArrayLength(MaximumNameBytes)), 0, 0, IsNamedFile: false);
            default:
                return GuestFile.Unknown;
        }
    }

    /// <summary>The frame that caches a page of a source; 0 when none does.</summary>
    public ulong FindCached(KernelObject source, ulong pageIndex)
    {
        switch (source.ClassName)
        {
            case PageCacheClass:
                // A page in swap space has no frame; one that was only allocated is mapped nowhere.
                ulong word = Word(source.Struct(cachePages), pageIndex);
                return (word & (SwapBit | UnwrittenBit)) != 0 ? 0 : word >> 1;
            case HugePagesClass:
                ulong first = Word(source.Object(hugeStore).Struct(storePages), pageIndex >> HugePageShift);
                return first == 0 || first >> 32 != 0 ? 0 : first + pageIndex % FrameReader.FramesPerHugePage;
            case KernelPagesClass:
                return FrameAt(source.Object(kernelFrames), pageIndex);
            default:
                return 0;
        }
    }

    /// <summary>The pages of files that a frame caches: path and page number. Looks through every file whose name the kernel knows.</summary>
    public IEnumerable<(string Path, ulong PageIndex)> CachedPages(ulong frame)
    {
        int nodesLeft = MaximumNodes;
        foreach (KernelObject cache in Caches())
        {
            bool isHuge = cache.ClassName == HugePagesClass;
            ulong inPage = isHuge ? frame % FrameReader.FramesPerHugePage : 0, wanted = isHuge ? frame - inPage : frame << 1;
            KernelObject tree = isHuge ? cache.Object(hugeStore).Struct(storePages) : cache.Struct(cachePages);
            int height = tree.Int32(treeHeight);
            if (height is < 1 or > MaximumHeight) continue;
            if (Search(tree.UInt64(treeRoot), height - 1, 0, wanted, isHuge ? 0 : DirtyBit | UnwrittenBit, ref nodesLeft) is not { } index) continue;
            yield return (Describe(cache).Path, isHuge ? index * FrameReader.FramesPerHugePage + inPage : index);
        }
    }

    /// <summary>The word of a tree at an index; 0 where it has none.</summary>
    private ulong Word(KernelObject tree, ulong index)
    {
        ulong node = tree.UInt64(treeRoot);
        int height = tree.Int32(treeHeight);
        if (height is < 1 or > MaximumHeight || (height * BitsPerLevel < 64 && index >> (height * BitsPerLevel) != 0)) return 0;
        for (int level = height - 1; level >= 0 && node != 0; level--) node = memory.Read(node + (index >> (level * BitsPerLevel) & 63) * 8, 8);
        return node;
    }

    private IEnumerable<KernelObject> Caches()
    {
        HashSet<ulong> seen = [];
        KernelObject table = memory.Object(buckets);
        int count = table.ArrayLength(65536), left = MaximumNames;
        for (int index = 0; index < count && left > 0; index++)
        {
            foreach (KernelObject entry in table.Element(index).Follow(nextInBucket, left))
            {
                left--;
                KernelObject cache = entry.Object(entryInode).Object(pages);
                if (cache.IsNull) cache = entry.Object(entryInode).Object(hugePages);
                if (!cache.IsNull && seen.Add(cache.Address)) yield return cache;
            }
        }
    }

    /// <summary>The index of a word in a tree, bits that are ignored apart.</summary>
    private ulong? Search(ulong node, int level, ulong prefix, ulong wanted, ulong ignored, ref int nodesLeft)
    {
        byte[] words = new byte[64 * 8];
        if (node == 0 || --nodesLeft < 0 || !memory.Read(node, words)) return null;
        for (int slot = 0; slot < 64; slot++)
        {
            ulong word = BitConverter.ToUInt64(words, slot * 8), index = prefix << BitsPerLevel | (uint)slot;
            if (word == 0) continue;
            if (level == 0 && (word & ~ignored) == wanted) return index;
            if (level > 0 && Search(word, level - 1, index, wanted, ignored, ref nodesLeft) is { } found) return found;
        }
        return null;
    }

    /// <summary>The path of a name, over mount points, as the kernel prints it.</summary>
    private string PathOf(KernelObject entry)
    {
        if (entry.IsNull) return "";
        StringBuilder path = new(entry.Boolean(isDeleted) ? " (deleted)" : "");
        int end = path.Length;
        for (int depth = 0; depth < MaximumDepth && !entry.IsNull && path.Length < MaximumPathLength; depth++)
        {
            KernelObject directory = entry.Object(parent);
            KernelObject files = entry.Object(entryInode).Object(fileSystem);
            if (!directory.IsNull || files.IsNull)
            {
                path.Insert(0, NameOf(entry));
                if (!directory.IsNull) path.Insert(0, '/');
                entry = directory;
            }
            else entry = files.Object(mount).Object(mountPoint);
        }
        if (path.Length == end) path.Insert(0, '/');
        return path.ToString();
    }

    private string NameOf(KernelObject entry) => Text(entry.UInt64(name), Math.Clamp(entry.Int32(nameLength), 0, MaximumNameBytes));

    private string Text(ulong address, int lengthBytes)
    {
        byte[] bytes = new byte[lengthBytes];
        return memory.Read(address, bytes) ? GuestText.Decode(bytes) : "?";
    }

    private ulong FrameAt(KernelObject array, ulong pageIndex) =>
        pageIndex < (ulong)array.ArrayLength(MaximumArray) ? memory.Read(array.Address + ArrayHeaderBytes + pageIndex * sizeof(uint), sizeof(uint)) : 0;
}
