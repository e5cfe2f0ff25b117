using System.Runtime.InteropServices;

namespace GuestOs.Syscalls;

/// <summary>struct epoll_event, which has no padding on x86-64.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct EpollEvent
{
    public uint Events;
    public ulong Data;
}
