using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>memfd_create(2): a file in memory that only descriptors and mappings know.</summary>
internal static unsafe class SysMemfdCreate
{
    private const uint CloseOnExec = 1;
    private const uint AllowSealing = 2;
    private const uint HugePages = 4;
    private const uint NotExecutable = 8;
    private const uint Executable = 16;
    private const uint ExecutableBits = 0x49;
    private const int MaximumNameBytes = 249;
    private const int PrefixBytes = 6;

    public static long Call(TrapFrame* frame)
    {
        uint flags = (uint)frame->Argument1;
        bool isHuge = (flags & HugePages) != 0;
        uint known = CloseOnExec | AllowSealing | NotExecutable | Executable | (isHuge ? HugePages | HugeSizes.Mask : 0);
        if ((flags & ~known) != 0) return -Errno.Invalid;
        if ((flags & NotExecutable) != 0 && (flags & Executable) != 0) return -Errno.Invalid;
        byte* name = stackalloc byte[PrefixBytes + MaximumNameBytes + 1];
        ReadOnlySpan<byte> prefix = "memfd:"u8;
        for (int i = 0; i < PrefixBytes; i++) name[i] = prefix[i];
        long length = UserMemory.CopyString(name + PrefixBytes, frame->Argument0, MaximumNameBytes + 1);
        if (length < 0) return length == -Errno.NameTooLong ? -Errno.Invalid : length;
        if (isHuge && !HugeSizes.IsOfPool(flags)) return -Errno.NoSuchDevice;
        ReadOnlySpan<byte> fullName = new ReadOnlySpan<byte>(name, PrefixBytes + (int)length);
        int error = isHuge ? SharedFiles.CreateHuge(fullName, 0, out Dentry entry) : SharedFiles.Create(fullName, 0, isReserved: false, out entry);
        if (error != 0) return error;
        Inode inode = entry.Inode;
        if ((flags & NotExecutable) != 0)
        {
            inode.Mode &= ~ExecutableBits;
            inode.Seals = FileSeals.Execute;
        }
        else if ((flags & AllowSealing) != 0) inode.Seals = FileSeals.None;
        // The open file takes over the entry's reference.
        const uint OpenMode = OpenFlags.ReadWrite | OpenFlags.LargeFile;
        OpenFile file = isHuge ? new HugeFile(inode, OpenMode) : new RegularFile(inode, OpenMode);
        file.Entry = entry;
        int descriptor = Descriptors.Table.Install(file, 0, (flags & CloseOnExec) != 0);
        if (descriptor < 0) file.Release();
        return descriptor;
    }
}
