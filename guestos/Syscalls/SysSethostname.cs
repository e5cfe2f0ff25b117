using System;
using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>sethostname(2) and setdomainname(2).</summary>
internal static unsafe class SysSethostname
{
    public static long Host(TrapFrame* frame) => Set(frame, isHost: true);

    public static long Domain(TrapFrame* frame) => Set(frame, isHost: false);

    private static long Set(TrapFrame* frame, bool isHost)
    {
        if (!Credentials.CurrentHas(Capability.Administer)) return -Errno.NotPermitted;
        int length = (int)frame->Argument1;
        if (length < 0 || length > SystemName.MaximumBytes) return -Errno.Invalid;
        byte* name = stackalloc byte[SystemName.MaximumBytes];
        if (!UserMemory.CopyFrom(name, frame->Argument0, (ulong)length)) return -Errno.Fault;
        ReadOnlySpan<byte> text = new ReadOnlySpan<byte>(name, length);
        return isHost ? SystemName.SetHost(text) : SystemName.SetDomain(text);
    }
}
