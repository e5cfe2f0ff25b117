using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>sigaltstack(2).</summary>
internal static unsafe class SysSigaltstack
{
    private const uint OnStack = 1;
    private const uint Disable = 2;
    private const uint AutoDisarm = 0x80000000;
    private const ulong MinimumBytes = 2048;

    private struct Stack
    {
        public ulong Pointer;
        public uint Flags;
        public uint Padding;
        public ulong LengthBytes;
    }

    public static long Call(TrapFrame* frame)
    {
        Thread thread = Scheduler.Current;
        bool isOn = SignalFrame.IsOnAlternateStack(thread, frame->Rsp);
        Stack old = new Stack
        {
            Pointer = thread.AlternateStack,
            LengthBytes = thread.AlternateStackBytes,
            Flags = thread.AlternateStackBytes == 0 ? Disable : isOn ? OnStack : 0,
        };
        if (frame->Argument0 != 0)
        {
            if (!UserMemory.Read(frame->Argument0, out Stack stack)) return -Errno.Fault;
            if (isOn) return -Errno.NotPermitted;
            if ((stack.Flags & ~(OnStack | Disable | AutoDisarm)) != 0) return -Errno.Invalid;
            bool isDisabled = (stack.Flags & Disable) != 0;
            if (!isDisabled && stack.LengthBytes < MinimumBytes) return -Errno.NoMemory;
            thread.AlternateStack = isDisabled ? 0 : stack.Pointer;
            thread.AlternateStackBytes = isDisabled ? 0 : stack.LengthBytes;
        }
        return frame->Argument1 != 0 && !UserMemory.Write(frame->Argument1, old) ? -Errno.Fault : 0;
    }
}
