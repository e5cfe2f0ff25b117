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
    private const uint NotExecutable = 8;
    private const uint Executable = 16;
    private const uint ExecutableBits = 0x49;
    private const int MaximumNameBytes = 249;
    private const int PrefixBytes = 6;

    public static long Call(TrapFrame* frame)
    {
        uint flags = (uint)frame->Argument1;
        if ((flags & ~(CloseOnExec | AllowSealing | NotExecutable | Executable)) != 0) return -Errno.Invalid;
        if ((flags & NotExecutable) != 0 && (flags & Executable) != 0) return -Errno.Invalid;
        byte* name = stackalloc byte[PrefixBytes + MaximumNameBytes + 1];
        ReadOnlySpan<byte> prefix = "memfd:"u8;
        for (int i = 0; i < PrefixBytes; i++) name[i] = prefix[i];
        long length = UserMemory.CopyString(name + PrefixBytes, frame->Argument0, MaximumNameBytes + 1);
        if (length < 0) return length == -Errno.NameTooLong ? -Errno.Invalid : length;
        int error = SharedFiles.Create(new ReadOnlySpan<byte>(name, PrefixBytes + (int)length), 0, isReserved: false, out Dentry entry);
        if (error != 0) return error;
        Inode inode = entry.Inode;
        if ((flags & NotExecutable) != 0)
        {
            inode.Mode &= ~ExecutableBits;
            inode.Seals = FileSeals.Execute;
        }
        else if ((flags & AllowSealing) != 0) inode.Seals = FileSeals.None;
        // The open file takes over the entry's reference.
        OpenFile file = new RegularFile(inode, OpenFlags.ReadWrite | OpenFlags.LargeFile) { Entry = entry };
        int descriptor = Descriptors.Table.Install(file, 0, (flags & CloseOnExec) != 0);
        if (descriptor < 0) file.Release();
        return descriptor;
    }
}
