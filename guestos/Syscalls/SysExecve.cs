using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>execve(2).</summary>
internal static unsafe class SysExecve
{
    private const ulong MaximumPathBytes = 4096;

    public static long Call(TrapFrame* frame)
    {
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        byte* path = (byte*)KernelHeap.Allocate(MaximumPathBytes);
        ArgumentBlock arguments = new ArgumentBlock(), environment = new ArgumentBlock();
        long result = UserMemory.CopyString(path, frame->Argument0, MaximumPathBytes);
        if (result >= 0) result = arguments.AddUserStrings(frame->Argument1);
        if (result >= 0) result = environment.AddUserStrings(frame->Argument2);
        if (result >= 0) result = ProgramStart.Run(path, arguments, environment, frame);
        arguments.Destroy();
        environment.Destroy();
        KernelHeap.Free(path);
        return result;
    }
}
