using X64Emu.Cpu;
using X64Emu.Debugging.Memory;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>
/// Sees signals take effect: at the entry of the two kernel functions that begin a handler and take a default action. Both get the signal's
/// description as their third argument (System V ABI: in RDX), and the number is its first field.
/// </summary>
internal sealed class SignalMonitor
{
    private const string HandlerFunction = "kernel_GuestOs_Proc_SignalFrame__Push";
    private const string DefaultFunction = "kernel_GuestOs_Proc_SignalDelivery__TakeDefaultAction";
    private const uint LastSignal = 64;
    private readonly VirtualAddress? handlerEntry, defaultEntry;

    /// <param name="symbol">The address of a kernel symbol; null for one that does not exist.</param>
    public SignalMonitor(Func<string, VirtualAddress?> symbol)
    {
        handlerEntry = symbol(HandlerFunction);
        defaultEntry = symbol(DefaultFunction);
    }

    /// <summary>False for kernels that do not have the functions.</summary>
    public bool IsSupported => handlerEntry is not null && defaultEntry is not null;

    /// <summary>Where the machine has to stop.</summary>
    public IEnumerable<VirtualAddress> Addresses => IsSupported ? [handlerEntry!.Value, defaultEntry!.Value] : [];

    /// <summary>The signal whose delivery begins at RIP; null when none does.</summary>
    public SignalEvent? Delivered(PcMachine machine, DebugMemory memory, CurrentTask task)
    {
        ProcessorRegisters registers = machine.Processor.Registers;
        bool isHandled = registers.Rip == handlerEntry;
        if (!isHandled && registers.Rip != defaultEntry) return null;
        VirtualAddress info = new(registers[GeneralRegister.Rdx]);
        if (!memory.TryReadUInt32(info, out uint number) || number is 0 or > LastSignal || task.Ids is not { Pid: { } pid, Tid: var tid }) return null;
        return new SignalEvent(pid, tid, (int)number, isHandled, info);
    }
}
