using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>A program handed over by the boot loader as a PVH module: a read-only file in RAM.</summary>
internal sealed unsafe class ModuleInode : Inode
{
    private readonly byte* _data;

    public ModuleInode(ulong physicalAddress, ulong sizeBytes)
    {
        _data = Physical.ToPointer(physicalAddress);
        Kind = InodeKind.Regular;
        Number = 2;
        Mode = 0x16d;
        SizeBytes = sizeBytes;
        Pages = new PageCache(this);
    }

    public override int ReadPage(ulong pageIndex, byte* destination)
    {
        ulong offset = pageIndex << 12;
        ulong length = SizeBytes - offset < 4096 ? SizeBytes - offset : 4096;
        Memory.Copy(destination, _data + offset, length);
        Memory.Set(destination + length, 0, 4096 - length);
        return 0;
    }

    /// <summary>For reading: the program can look at itself, but it runs.</summary>
    public override int Open(uint flags, out OpenFile file)
    {
        file = OpenFlags.CanWrite(flags) ? null : new RegularFile(this, flags);
        return file == null ? -Errno.TextBusy : 0;
    }

    public override int SetSize(ulong sizeBytes) => -Errno.TextBusy;

    protected override void Destroy()
    {
        Pages.Destroy();
        KernelHeap.Free(this);
    }
}
