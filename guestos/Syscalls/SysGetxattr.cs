using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>The extended attribute calls: no file has any and none can be given one.</summary>
internal static unsafe class SysGetxattr
{
    public static long Get(TrapFrame* frame) => -Errno.NotSupported;

    public static long List(TrapFrame* frame) => 0;

    public static long Change(TrapFrame* frame) => -Errno.NotSupported;
}
