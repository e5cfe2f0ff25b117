using X64Emu.Cpu;
using X64Emu.Debugging.Memory;
using X64Emu.Devices;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Joins what the processor knows of a page fault (error code, moment, failed walk) with what the kernel reports of it later.</summary>
internal sealed class FaultMonitor(PcMachine machine, DebugMemory memory, FaultLog log)
{
    /// <summary>More faults can be on their way at once only when as many threads wait for file pages.</summary>
    private const int MostPending = 64;

    private readonly PendingFault[] pending = new PendingFault[MostPending];
    private int next;

    private readonly record struct PendingFault(VirtualAddress Address, VirtualAddress Rip, uint ErrorCode, long InstructionCount, int? FailedLevel);

    /// <summary>The processor is about to deliver #PF.</summary>
    public void Raised(in ExceptionInfo fault)
    {
        pending[next] = new PendingFault(
            fault.Address, fault.InstructionPointer, fault.ErrorCode, machine.Processor.Counters.Instructions, FailedLevel(fault.Address));
        next = (next + 1) % MostPending;
    }

    /// <summary>The kernel has dealt with a page fault.</summary>
    public FaultRecord Handled(in GuestTraceRecord record)
    {
        PendingFault? raised = Take(new VirtualAddress(record.Address), new VirtualAddress(record.InstructionPointer));
        FaultRecord fault = new(
            log.Total + 1, (GuestFaultKind)record.Argument0, (GuestFaultTraits)record.Argument1, new VirtualAddress(record.Address),
            (int)record.ProcessId, new VirtualAddress(record.InstructionPointer),
            raised is { } known ? new PageFaultErrorCode(known.ErrorCode) : null,
            raised?.InstructionCount ?? machine.Processor.Counters.Instructions, raised?.FailedLevel);
        log.Add(fault);
        return fault;
    }

    private PendingFault? Take(VirtualAddress address, VirtualAddress rip)
    {
        for (int age = 1; age <= MostPending; age++)
        {
            ref PendingFault candidate = ref pending[(next - age + MostPending) % MostPending];
            if (candidate.Address != address || candidate.Rip != rip || candidate.InstructionCount == 0) continue;
            PendingFault found = candidate;
            candidate = default;
            return found;
        }
        return null;
    }

    private int? FailedLevel(VirtualAddress address)
    {
        if (!memory.PageTables.IsPagingEnabled) return null;
        PageWalkReport walk = memory.PageTables.Walk(address, memory.PageTables.CurrentCr3);
        return walk.Levels.Count == 0 ? null : walk.Levels[^1].Level;
    }
}
