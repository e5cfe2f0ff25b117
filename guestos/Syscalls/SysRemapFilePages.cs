using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>remap_file_pages(2): as on today's Linux, other pages of the file that is mapped are mapped over it as an area of their own.</summary>
internal static unsafe class SysRemapFilePages
{
    public static long Call(TrapFrame* frame)
    {
        ulong start = frame->Argument0 & ~4095UL, length = frame->Argument1 & ~4095UL, pageOffset = frame->Argument3;
        if (frame->Argument2 != 0 || start + length <= start || pageOffset + (length >> 12) < pageOffset) return -Errno.Invalid;
        AddressSpace space = Scheduler.Current.Process.Space;
        VmArea area = space.Find(start);
        if (area == null || !area.IsShared || area.IsHugeTlb) return -Errno.Invalid;
        for (VmArea last = area; start + length > last.End; last = last.Next)
        {
            VmArea next = last.Next;
            if (next == null || next.Start != last.End || next.Source != area.Source || next.Flags != area.Flags) return -Errno.Invalid;
        }
        PageSource source = area.Source;
        MappedFile file = area.File;
        VmFlags flags = area.Flags;
        // The area that keeps them, and the name, may be the one that goes.
        Dentry name = (source as InodePages)?.Inode.Alias;
        name?.AddReference();
        source.AddReference();
        file?.AddReference();
        int error = Map.Fixed(space, start, length, flags, source, pageOffset, file);
        if (error == 0) Populate.Range(space, start, start + length);
        file?.Release();
        source.Release();
        name?.Release();
        return error;
    }
}
