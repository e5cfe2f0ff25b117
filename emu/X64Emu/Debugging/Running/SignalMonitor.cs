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

    /// <summary>The signal whose delivery begins at RIP; false when none does.</summary>
    public bool TryGetSignal(PcMachine machine, DebugMemory memory, out int signal, out bool isHandled)
    {
        ProcessorRegisters registers = machine.Processor.Registers;
        signal = 0;
        isHandled = registers.Rip == handlerEntry;
        if (!isHandled && registers.Rip != defaultEntry) return false;
        if (!memory.TryReadUInt32(new VirtualAddress(registers[GeneralRegister.Rdx]), out uint number) || number is 0 or > LastSignal) return false;
        signal = (int)number;
        return true;
    }
}
