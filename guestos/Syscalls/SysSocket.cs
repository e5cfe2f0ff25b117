using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>socket(2) and its kin: there is no network, so no descriptor is a socket.</summary>
internal static unsafe class SysSocket
{
    public static long Create(TrapFrame* frame) => -Errno.AddressFamily;

    public static long Use(TrapFrame* frame) => Descriptors.Table.Get((int)frame->Argument0) == null ? -Errno.BadFile : -Errno.NotSocket;
}
