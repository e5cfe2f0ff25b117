using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// The vsyscall page of old programs: three entry points at a fixed address that nothing is mapped at. A jump there faults and is answered as the
/// system call (Linux's vsyscall=xonly).
/// </summary>
internal static unsafe class Vsyscall
{
    /// <summary>The page: [Start, End).</summary>
    public const ulong Start = 0xffffffffff600000;
    public const ulong End = Start + 4096;

    private const ulong EntryBytes = 0x400;

    /// <summary>The system call's handler of an entry; Syscalls fills it in.</summary>
    private struct Handlers
    {
        public fixed ulong Calls[3];
    }

    private static Handlers s_handlers;

    /// <param name="entry">0 gettimeofday, 1 time, 2 getcpu.</param>
    /// <param name="handler">The system call.</param>
    public static void Register(int entry, delegate*<TrapFrame*, long> handler) => s_handlers.Calls[entry] = (ulong)handler;

    /// <summary>Serves a fetch from the page. False: the program did something else there, which is a fault.</summary>
    public static bool TryHandle(TrapFrame* frame)
    {
        ulong offset = frame->Rip - Start;
        if (frame->Rip != Cpu.ReadCr2() || offset % EntryBytes != 0 || offset / EntryBytes >= 3) return false;
        if (!UserMemory.Read(frame->Rsp, out ulong caller)) return false;
        long result = ((delegate*<TrapFrame*, long>)s_handlers.Calls[offset / EntryBytes])(frame);
        if (result == -Errno.Fault) return false;
        frame->Rax = (ulong)result;
        frame->Rip = caller;
        frame->Rsp += 8;
        return true;
    }
}
