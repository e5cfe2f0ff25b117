using X64Emu.Cpu;
using X64Emu.Debugging.Memory;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>
/// Sees signals take effect: at the entry of the two kernel functions that begin a handler and take a default action. Both get the signal's
/// description as their third argument (System V ABI: in RDX), and the number is its first field. A third function gets those that are ignored:
/// the process's number (RDI) and the description (RSI).
/// </summary>
internal sealed class SignalMonitor
{
    private const string HandlerFunction = "kernel_GuestOs_Proc_SignalFrame__Push";
    private const string DefaultFunction = "kernel_GuestOs_Proc_SignalDelivery__TakeDefaultAction";
    private const string IgnoredFunction = "kernel_GuestOs_Proc_Signal__Discard";
    private const uint LastSignal = 64;
    private readonly VirtualAddress? handlerEntry, defaultEntry, ignoredEntry;

    /// <param name="symbol">The address of a kernel symbol; null for one that does not exist.</param>
    public SignalMonitor(Func<string, VirtualAddress?> symbol)
    {
        handlerEntry = symbol(HandlerFunction);
        defaultEntry = symbol(DefaultFunction);
        ignoredEntry = symbol(IgnoredFunction);
    }

    /// <summary>False for kernels that do not have the functions.</summary>
    public bool IsSupported => handlerEntry is not null && defaultEntry is not null;

    /// <summary>Where signals take effect.</summary>
    public IEnumerable<VirtualAddress> Addresses => IsSupported ? [handlerEntry!.Value, defaultEntry!.Value] : [];

    /// <summary>Where signals are ignored.</summary>
    public IEnumerable<VirtualAddress> IgnoringAddresses => IsSupported && ignoredEntry is { } address ? [address] : [];

    /// <summary>The signal that RIP is about; null when it is about none.</summary>
    public SignalEvent? Present(PcMachine machine, DebugMemory memory, CurrentTask task)
    {
        ProcessorRegisters registers = machine.Processor.Registers;
        SignalFate? place = registers.Rip == handlerEntry ? SignalFate.Handled
            : registers.Rip == defaultEntry ? SignalFate.Default
            : registers.Rip == ignoredEntry ? SignalFate.Ignored
            : null;
        if (place is not { } fate) return null;
        VirtualAddress info = new(registers[fate == SignalFate.Ignored ? GeneralRegister.Rsi : GeneralRegister.Rdx]);
        if (!memory.TryReadUInt32(info, out uint number) || number is 0 or > LastSignal) return null;
        (int? pid, int? tid) = fate == SignalFate.Ignored ? ((int)registers[GeneralRegister.Rdi], null) : task.Ids;
        return pid is { } id ? new SignalEvent(id, tid, (int)number, fate, info) : null;
    }
}
