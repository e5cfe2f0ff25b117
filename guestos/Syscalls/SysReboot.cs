using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>reboot(2): every way to end the machine ends it with status 0, as there is nothing to start it again.</summary>
internal static unsafe class SysReboot
{
    private const uint Magic = 0xfee1dead;
    private const uint Restart = 0x01234567;
    private const uint Halt = 0xcdef0123;
    private const uint PowerOff = 0x4321fedc;
    private const uint EnableKeys = 0x89abcdef;
    private const uint DisableKeys = 0;

    public static long Call(TrapFrame* frame)
    {
        if (!Credentials.CurrentHas(Capability.Boot)) return -Errno.NotPermitted;
        // The second number may be any of Linus's and his daughters' birthdays.
        bool isMeant = (uint)frame->Argument0 == Magic && (uint)frame->Argument1 is 672274793 or 85072278 or 369367448 or 537993216;
        if (!isMeant) return -Errno.Invalid;
        switch ((uint)frame->Argument2)
        {
            case Restart or Halt or PowerOff:
                Shutdown.Run(0, Scheduler.UsageNow(Scheduler.Current.Process));
                return 0;
            case EnableKeys or DisableKeys: return 0;
            default: return -Errno.Invalid;
        }
    }
}
