using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>fallocate(2): file systems here do not reserve space.</summary>
internal static unsafe class SysFallocate
{
    public static long Call(TrapFrame* frame) => Descriptors.Table.Get((int)frame->Argument0) == null ? -Errno.BadFile : -Errno.NotSupported;
}
