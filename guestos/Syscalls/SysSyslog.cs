using GuestOs.Arch;
using GuestOs.Drivers;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>syslog(2), the kernel log's: klogctl in the C library.</summary>
internal static unsafe class SysSyslog
{
    private const int Close = 0, Open = 1, Read = 2, ReadAll = 3, ReadClear = 4, Clear = 5;
    private const int ConsoleOff = 6, ConsoleOn = 7, ConsoleLevel = 8, SizeUnread = 9, SizeBuffer = 10;
    private const ulong HighestLevel = 8;

    public static long Call(TrapFrame* frame)
    {
        int action = (int)frame->Argument0;
        if (action is not (ReadAll or SizeBuffer) && !Credentials.CurrentHas(Capability.SystemLog)) return -Errno.NotPermitted;
        switch (action)
        {
            case Close or Open: return 0;
            case Read or ReadAll or ReadClear: return ReadLines(frame);
            case Clear:
                KernelLogReader.Clear();
                return 0;
            // What goes to the serial port is the boot option loglevel's business.
            case ConsoleOff or ConsoleOn: return 0;
            case ConsoleLevel: return frame->Argument2 is >= 1 and <= HighestLevel ? 0 : -Errno.Invalid;
            case SizeUnread: return KernelLogReader.Unread;
            case SizeBuffer: return KernelLogRing.CapacityBytes;
            default: return -Errno.Invalid;
        }
    }

    private static long ReadLines(TrapFrame* frame)
    {
        ulong address = frame->Argument1;
        int length = (int)frame->Argument2;
        if (address == 0 || length < 0) return -Errno.Invalid;
        if (length == 0) return 0;
        if (!UserMemory.IsUserRange(address, (ulong)length)) return -Errno.Fault;
        if ((int)frame->Argument0 == Read) return KernelLogReader.Take(address, (ulong)length);
        long result = KernelLogReader.Copy(address, (ulong)length);
        if ((int)frame->Argument0 == ReadClear && result >= 0) KernelLogReader.Clear();
        return result;
    }
}
