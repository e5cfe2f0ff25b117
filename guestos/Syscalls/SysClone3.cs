using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>clone3(2): clone with its arguments in a structure that may grow.</summary>
internal static unsafe class SysClone3
{
    private const ulong FirstVersionBytes = 64;
    private const ulong MaximumBytes = 4096;

    // CSIGNAL's bits have no meaning here, and CLONE_DETACHED is refused.
    private const ulong RefusedFlags = 0xff | 0x400000;

    /// <summary>struct clone_args.</summary>
    private struct Arguments
    {
        public ulong Flags, ProcessFile, ChildTid, ParentTid, ExitSignal, Stack, StackBytes, Tls;
        public ulong ChosenIds, ChosenIdCount, ControlGroup;
    }

    public static long Call(TrapFrame* frame)
    {
        ulong lengthBytes = frame->Argument1;
        if (lengthBytes > MaximumBytes) return -Errno.ArgumentsTooLong;
        if (lengthBytes < FirstVersionBytes) return -Errno.Invalid;
        Arguments arguments = default;
        ulong known = lengthBytes < (ulong)sizeof(Arguments) ? lengthBytes : (ulong)sizeof(Arguments);
        if (!UserMemory.CopyFrom(&arguments, frame->Argument0, known)) return -Errno.Fault;
        for (ulong offset = known; offset < lengthBytes; offset++)
        {
            if (!UserMemory.Read(frame->Argument0 + offset, out byte unknown)) return -Errno.Fault;
            if (unknown != 0) return -Errno.ArgumentsTooLong;
        }
        return IsValid(arguments) ? Run(frame, arguments) : -Errno.Invalid;
    }

    private static bool IsValid(in Arguments arguments)
    {
        if ((arguments.Flags & RefusedFlags) != 0 || arguments.ExitSignal > SignalNumber.Last || arguments.ChosenIdCount != 0) return false;
        bool isSilent = (arguments.Flags & (Clone.SameProcess | Clone.SameParent)) != 0;
        if (isSilent && arguments.ExitSignal != 0) return false;
        return arguments.Stack == 0 == (arguments.StackBytes == 0) && UserMemory.IsUserRange(arguments.Stack, arguments.StackBytes);
    }

    private static long Run(TrapFrame* frame, in Arguments arguments) => Clone.Run(frame, new CloneArguments
    {
        Flags = arguments.Flags,
        ExitSignal = (int)arguments.ExitSignal,
        Stack = arguments.Stack == 0 ? 0 : arguments.Stack + arguments.StackBytes,
        ParentTid = arguments.ParentTid,
        ChildTid = arguments.ChildTid,
        Tls = arguments.Tls,
        ProcessFile = arguments.ProcessFile,
    });
}
