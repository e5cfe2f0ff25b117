using System.Runtime.CompilerServices;
using GuestOs.Arch;
using Internal.Runtime;

namespace GuestOs.Mm;

/// <summary>
/// Small kernel blocks by size class out of 4 KiB slabs, larger ones from <see cref="VirtualHeap"/>. There is no garbage collector:
/// whoever says <c>new</c> calls <see cref="Free(object)"/>. Blocks are 16-byte aligned and zeroed.
/// </summary>
internal static unsafe class KernelHeap
{
    private const int SlabHeaderBytes = 32;
    private const ulong LargestSmall = 4096 - SlabHeaderBytes;

    /// <summary>Size classes.</summary>
    public const int ClassCount = 16;

    private struct Slab
    {
        public Slab* Next;
        public Slab* Previous;
        public void* FreeBlocks;
        public ushort InUse;
        public ushort SizeClass;
        public ushort UntouchedOffset;
        public ushort IsListed;
    }

    private struct Tables
    {
        public fixed ushort ClassBytes[ClassCount];
        public fixed ulong Partial[ClassCount];
        public fixed byte ClassOfSixteenths[256];
        public fixed uint BlocksInUse[ClassCount];
        public fixed uint Slabs[ClassCount];
    }

    private static Tables s_tables;

    /// <summary>Bytes of blocks in use, rounded up to their classes.</summary>
    public static ulong BytesInUse { get; private set; }

    /// <summary>Bytes among them that hold names, inodes and the trees of cached pages, most of which can be had again (Linux's SReclaimable).</summary>
    public static ulong ReclaimableBytes { get; private set; }

    /// <summary>Bytes of a size class's blocks; blocks in use; slabs, of a page each; blocks that a slab holds.</summary>
    public static uint ClassBytes(int sizeClass) => s_tables.ClassBytes[sizeClass];

    /// <inheritdoc cref="ClassBytes"/>
    public static uint BlocksInUse(int sizeClass) => s_tables.BlocksInUse[sizeClass];

    /// <inheritdoc cref="ClassBytes"/>
    public static uint Slabs(int sizeClass) => s_tables.Slabs[sizeClass];

    /// <inheritdoc cref="ClassBytes"/>
    public static uint BlocksPerSlab(int sizeClass) => (4096 - SlabHeaderBytes) / ClassBytes(sizeClass);

    /// <summary>Prepares the size classes; the last few divide a slab evenly.</summary>
    public static void Initialize()
    {
        int index = 0;
        AddClass(16, ref index);
        AddClass(32, ref index);
        AddClass(48, ref index);
        AddClass(64, ref index);
        AddClass(80, ref index);
        AddClass(96, ref index);
        AddClass(128, ref index);
        AddClass(160, ref index);
        AddClass(192, ref index);
        AddClass(256, ref index);
        AddClass(384, ref index);
        AddClass(576, ref index);
        AddClass(800, ref index);
        AddClass(1344, ref index);
        AddClass(2032, ref index);
        AddClass((ushort)LargestSmall, ref index);
    }

    /// <summary>
    /// A zeroed block; panics when memory is exhausted. Programs never get that far: the reserve is filled up before each system call, and who takes more
    /// than <see cref="Watermarks.CallFrames"/> in one call asks <see cref="FrameAllocator.CanSpare"/>.
    /// </summary>
    public static void* Allocate(ulong lengthBytes)
    {
        if (lengthBytes > LargestSmall)
        {
            uint pages = (uint)((lengthBytes + 4095) >> 12);
            byte* block = VirtualHeap.Allocate(pages);
            BytesInUse += (ulong)pages << 12;
            Memory.Set(block, 0, (ulong)pages << 12);
            return block;
        }
        int sizeClass = s_tables.ClassOfSixteenths[(int)((lengthBytes + 15) >> 4)];
        ushort classBytes = s_tables.ClassBytes[sizeClass];
        Slab* slab = (Slab*)s_tables.Partial[sizeClass];
        if (slab == null) slab = NewSlab(sizeClass);
        void* result = slab->FreeBlocks;
        if (result != null) slab->FreeBlocks = *(void**)result;
        else
        {
            result = (byte*)slab + slab->UntouchedOffset;
            slab->UntouchedOffset += classBytes;
        }
        slab->InUse++;
        s_tables.BlocksInUse[sizeClass]++;
        if (slab->FreeBlocks == null && slab->UntouchedOffset + classBytes > 4096) Unlist(slab);
        BytesInUse += classBytes;
        Memory.Set(result, 0, classBytes);
        return result;
    }

    /// <summary>Gives a block back.</summary>
    public static void Free(void* block)
    {
        if (VirtualHeap.Contains(block))
        {
            BytesInUse -= VirtualHeap.SizeBytes(block);
            VirtualHeap.Free(block);
            return;
        }
        if ((ulong)block >= KernelImage.Base || (ulong)block < Physical.DirectMapBase) Panic.Because("free of something that is not on the heap");
        Slab* slab = (Slab*)((ulong)block & ~4095UL);
        if (slab->InUse == 0) Panic.Because("free of a block that is not in use");
        BytesInUse -= s_tables.ClassBytes[slab->SizeClass];
        s_tables.BlocksInUse[slab->SizeClass]--;
        *(void**)block = slab->FreeBlocks;
        slab->FreeBlocks = block;
        slab->InUse--;
        if (slab->IsListed == 0) List(slab);
        // One empty slab per class stays, so that a lone allocation and free do not move frames each time.
        if (slab->InUse == 0 && (slab->Next != null || slab->Previous != null))
        {
            Unlist(slab);
            s_tables.Slabs[slab->SizeClass]--;
            FrameAllocator.Release(Physical.FrameOf(slab));
        }
    }

    /// <summary>Counts a small block among <see cref="ReclaimableBytes"/>, until <see cref="RemoveReclaimable"/>.</summary>
    public static void AddReclaimable(void* block) => ReclaimableBytes += SmallBytes(block);

    /// <summary>To be called before a block of <see cref="AddReclaimable"/> is freed.</summary>
    public static void RemoveReclaimable(void* block) => ReclaimableBytes -= SmallBytes(block);

    /// <summary>Frees an object or array made with <c>new</c>; null is fine.</summary>
    public static void Free(object value)
    {
        if (value != null) Free(Unsafe.AddressOf(value));
    }

    private static ulong SmallBytes(void* block) => s_tables.ClassBytes[((Slab*)((ulong)block & ~4095UL))->SizeClass];

    private static void AddClass(ushort classBytes, ref int index)
    {
        int firstSixteenth = index == 0 ? 0 : s_tables.ClassBytes[index - 1] / 16 + 1;
        s_tables.ClassBytes[index] = classBytes;
        for (int sixteenth = firstSixteenth; sixteenth <= classBytes / 16; sixteenth++) s_tables.ClassOfSixteenths[sixteenth] = (byte)index;
        index++;
    }

    private static Slab* NewSlab(int sizeClass)
    {
        uint frame = FrameAllocator.Allocate();
        if (frame == 0) Panic.Because("out of memory");
        Slab* slab = (Slab*)Physical.FramePointer(frame);
        *slab = default;
        s_tables.Slabs[sizeClass]++;
        slab->SizeClass = (ushort)sizeClass;
        slab->UntouchedOffset = SlabHeaderBytes;
        List(slab);
        return slab;
    }

    private static void List(Slab* slab)
    {
        Slab* head = (Slab*)s_tables.Partial[slab->SizeClass];
        slab->Next = head;
        slab->Previous = null;
        if (head != null) head->Previous = slab;
        s_tables.Partial[slab->SizeClass] = (ulong)slab;
        slab->IsListed = 1;
    }

    private static void Unlist(Slab* slab)
    {
        if (slab->Next != null) slab->Next->Previous = slab->Previous;
        if (slab->Previous != null) slab->Previous->Next = slab->Next;
        else s_tables.Partial[slab->SizeClass] = (ulong)slab->Next;
        slab->IsListed = 0;
    }
}
