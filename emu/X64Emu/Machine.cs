using X64Emu.Bus;
using X64Emu.Cpu;

namespace X64Emu;

/// <summary>Settings a machine is made with.</summary>
public sealed record MachineOptions
{
    /// <summary>Guest RAM in bytes; a multiple of 4096. The host commits it as the guest touches it.</summary>
    public ulong MemoryBytes { get; init; } = 256UL << 20;

    /// <summary>TLB model, engine settings and log.</summary>
    public ProcessorOptions Processor { get; init; } = new();
}

/// <summary>
/// A machine: processor, RAM, buses and virtual time. Without chips it serves programs that need no kernel (<see cref="EnterUserMode"/>);
/// <c>PcMachine</c> adds the chips of a PC that kernels need.
/// </summary>
public sealed class Machine : IDisposable, ICodeWriteObserver
{
    private readonly CodePageMap codePages;

    /// <summary>Makes a machine with empty RAM and no devices.</summary>
    /// <param name="options">Settings; null for the defaults.</param>
    public Machine(MachineOptions? options = null)
    {
        options ??= new MachineOptions();
        Ram = new GuestRam(options.MemoryBytes);
        codePages = new CodePageMap(Ram);
        Memory = new GuestMemory(Ram, codePages, this) { Written = (address, lengthBytes) => Processor!.DeviceWrote(address, lengthBytes) };
        Processor = new Processor(Ram, Mmio, Ports, codePages, Clock, options.Processor);
    }

    /// <summary>Guest RAM. Write it through <see cref="Memory"/> once code has run, so that decoded code notices.</summary>
    public GuestRam Ram { get; }

    /// <summary>Physical memory as devices reach it.</summary>
    public IGuestMemory Memory { get; }

    /// <summary>Devices in the physical address space.</summary>
    public MmioBus Mmio { get; } = new();

    /// <summary>Devices behind IN and OUT.</summary>
    public PortBus Ports { get; } = new();

    /// <summary>Virtual time.</summary>
    public VirtualClock Clock { get; } = new();

    /// <summary>The processor.</summary>
    public Processor Processor { get; }

    /// <summary>Turns on long mode at CPL 3 with an empty address space and flat segments.</summary>
    public UserAddressSpace EnterUserMode() => new(this);

    void ICodeWriteObserver.PageWritten(ulong physicalPageNumber) => Processor.DropCode(physicalPageNumber);

    /// <inheritdoc/>
    public void Dispose()
    {
        Processor.Dispose();
        codePages.Dispose();
        Ram.Dispose();
    }
}
