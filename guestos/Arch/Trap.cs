using System.Runtime;
using System.Runtime.CompilerServices;

namespace GuestOs.Arch;

/// <summary>Hands each vector to the handler registered for it. Handlers run with interrupts off and may not allocate on interrupt vectors.</summary>
internal static unsafe class Trap
{
    public const int PageFaultVector = 14;

    private struct HandlerTable
    {
        public fixed ulong Entries[256];
    }

    private static HandlerTable s_handlers;

    /// <summary>Makes <paramref name="handler"/> serve a vector.</summary>
    public static void Register(int vector, delegate*<TrapFrame*, void> handler) => s_handlers.Entries[vector & 0xff] = (ulong)handler;

    [RuntimeExport("trap_dispatch")]
    private static void Dispatch(TrapFrame* frame)
    {
        delegate*<TrapFrame*, void> handler = (delegate*<TrapFrame*, void>)s_handlers.Entries[frame->Vector & 0xff];
        if (handler == null) Panic.OnTrap(frame, "unexpected exception or interrupt");
        if (!frame->IsFromUser)
        {
            handler(frame);
            return;
        }
        ModeTicks.UserModeLeft();
        handler(frame);
        UserReturnWork(frame);
        ModeTicks.UserModeEntered();
    }

    /// <summary>Signals and rescheduling before ring 3 goes on; Proc defines it.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "user_return_work")]
    private static extern void UserReturnWork(TrapFrame* frame);
}
