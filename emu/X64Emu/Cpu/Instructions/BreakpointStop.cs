using System.Runtime.CompilerServices;

namespace X64Emu.Cpu.Instructions;

/// <summary>The op in front of a block that begins at a breakpoint of the library's user.</summary>
internal static unsafe class BreakpointStop
{
    public static void Stop(CpuState* c, Op* o)
    {
        c->Current = o;
        c->Exit = ExitReason.Stale;   // not executed: RIP is the breakpoint's address
        Report(c);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Report(CpuState* c) => Processor.Of(c).Loop.PendingStop = StopReason.Breakpoint;
}
