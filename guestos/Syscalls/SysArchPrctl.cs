using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>arch_prctl(2): the FS and GS bases.</summary>
internal static unsafe class SysArchPrctl
{
    private const ulong SetGs = 0x1001;
    private const ulong SetFs = 0x1002;
    private const ulong GetFs = 0x1003;
    private const ulong GetGs = 0x1004;

    public static long Call(TrapFrame* frame)
    {
        Thread thread = Scheduler.Current;
        ulong address = frame->Argument1;
        switch (frame->Argument0)
        {
            case SetFs:
                if (address >= UserMemory.End) return -Errno.NotPermitted;
                thread.FsBase = address;
                Cpu.WriteMsr(Msr.FsBase, address);
                return 0;
            case SetGs:
                if (address >= UserMemory.End) return -Errno.NotPermitted;
                thread.GsBase = address;
                // The user's GS base waits in this register while the kernel runs.
                Cpu.WriteMsr(Msr.KernelGsBase, address);
                return 0;
            case GetFs:
                return UserMemory.Write(address, Cpu.ReadMsr(Msr.FsBase)) ? 0 : -Errno.Fault;
            case GetGs:
                return UserMemory.Write(address, Cpu.ReadMsr(Msr.KernelGsBase)) ? 0 : -Errno.Fault;
            default:
                return -Errno.Invalid;
        }
    }
}
