using System.Globalization;
using X64Emu.Boot;
using X64Emu.Bus;
using X64Emu.Cpu;
using X64Emu.Devices;
using X64Emu.Devices.Virtio;
using X64Emu.Primitives;

namespace X64Emu;

/// <summary>A PC as virtual machines build them: one processor, local and I/O APIC, PIC, PIT, clock, two serial ports, virtio slots, debug ports.</summary>
public sealed class PcMachine : IDisposable, IGuestTraceListener
{
    private const ushort Serial1Port = 0x3f8, Serial2Port = 0x2f8;
    private const int Serial1Interrupt = 4, Serial2Interrupt = 3;
    private readonly Machine machine;
    private readonly PcRunControl control;
    private readonly LocalApic localApic;
    private readonly List<InspectableDevice> devices = [];
    private readonly int virtioDeviceCount;
    private IGuestTraceListener[] traceListeners = [];

    /// <summary>Makes the machine with empty RAM.</summary>
    /// <exception cref="ArgumentException">More virtio devices than slots.</exception>
    public PcMachine(PcMachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.VirtioDevices.Count > VirtioMmio.SlotCount)
            throw new ArgumentException($"{options.VirtioDevices.Count} virtio devices do not fit into {VirtioMmio.SlotCount} slots", nameof(options));
        ProcessorOptions processor = options.Machine.Processor with { StopOnUnhandledException = false };
        machine = new Machine(options.Machine with { Processor = processor });
        control = new PcRunControl(machine, options.WallClock);

        PcInterrupts interrupts = new(machine, options.WallClock);
        localApic = interrupts.LocalApic;
        Interrupts = interrupts;
        devices.AddRange(interrupts.Devices);
        MapLocalApic();
        localApic.BaseChanged += MapLocalApic;

        AddSerialPort("COM1", options.Serial1, Serial1Port, Serial1Interrupt);
        AddSerialPort("COM2", options.Serial2, Serial2Port, Serial2Interrupt);
        machine.Ports.Map(DebugExit.Port, DebugExit.PortCount, new DebugExit(control), widestAccessBytes: sizeof(uint));
        machine.Ports.Map(DebugConsole.Port, 1, new DebugConsole(options.Serial1));
        machine.Ports.Map(KeyboardController.Port, 1, new KeyboardController(control));
        machine.Ports.Map(TracePort.Port, TracePort.PortCount, new TracePort(machine.Memory, this), widestAccessBytes: sizeof(uint));
        foreach (VirtioDevice device in options.VirtioDevices)
        {
            int interrupt = VirtioMmio.FirstInterrupt + virtioDeviceCount;
            VirtioMmio slot = new(device, machine.Memory, interrupts.Isa[interrupt], options.VirtioVersion);
            devices.Add(new($"virtio slot {virtioDeviceCount}", $"{SlotAddress(virtioDeviceCount)}, interrupt {interrupt}", slot));
            machine.Mmio.Map(new PhysicalMemoryRange(SlotAddress(virtioDeviceCount), VirtioMmio.SlotBytes), slot);
            virtioDeviceCount++;
        }
    }

    /// <summary>Called at each slice boundary, on the thread that runs the machine, when every counter is exact.</summary>
    public event Action? SliceBoundary
    {
        add => control.SliceBoundary += value;
        remove => control.SliceBoundary -= value;
    }

    /// <summary>The processor.</summary>
    public Processor Processor => machine.Processor;

    /// <summary>Guest RAM.</summary>
    public GuestRam Ram => machine.Ram;

    /// <summary>Physical memory as devices reach it.</summary>
    public IGuestMemory Memory => machine.Memory;

    /// <summary>Virtual time.</summary>
    public IVirtualClock Clock => machine.Clock;

    /// <summary>The chips whose registers can be looked at, interrupt controllers first.</summary>
    public IReadOnlyList<InspectableDevice> Devices => devices;

    /// <summary>The interrupt controllers and the wires between them.</summary>
    internal PcInterrupts Interrupts { get; }

    /// <summary>Loads a kernel and sets the processor to its entry point: by PVH where the image has a PVH entry, else by multiboot.</summary>
    /// <param name="image">The kernel file's content.</param>
    /// <param name="commandLine">Its command line; a word for each virtio device is appended.</param>
    /// <param name="modules">Files for the kernel, such as an initial RAM disk.</param>
    /// <exception cref="BootImageException">The image cannot be booted; the message says why.</exception>
    public void LoadKernel(ReadOnlyMemory<byte> image, string commandLine, IReadOnlyList<BootModule>? modules = null)
    {
        for (int slot = 0; slot < virtioDeviceCount; slot++)
        {
            commandLine += string.Create(
                CultureInfo.InvariantCulture,
                $" virtio_mmio.device={VirtioMmio.SlotBytes}@0x{SlotAddress(slot).Value:x}:{VirtioMmio.FirstInterrupt + slot}");
        }
        BootState state = KernelLoader.Load(image, machine.Ram, commandLine, modules);
        Processor.EnterProtectedMode();
        Processor.Registers.RFlags = BootState.Eflags;
        Processor.Registers[GeneralRegister.Rax] = state.Eax;
        Processor.Registers[GeneralRegister.Rbx] = state.Ebx;
        Processor.Registers.Rip = new VirtualAddress(state.InstructionPointer);
    }

    /// <summary>Runs until the guest ends, the host asks for a stop, or so many instructions have retired.</summary>
    /// <param name="instructions">At least 1.</param>
    public PcStop Run(long instructions = long.MaxValue) => control.Run(instructions);

    /// <summary>Lets somebody have the guest kernel's trace records, after those who have them already.</summary>
    public void AddTraceListener(IGuestTraceListener listener) => traceListeners = [.. traceListeners, listener];

    /// <summary>Takes a listener off again; nothing happens when it is not there.</summary>
    public void RemoveTraceListener(IGuestTraceListener listener) => traceListeners = [.. traceListeners.Where(one => one != listener)];

    /// <summary>Ends <see cref="Run"/> soon, also when the guest idles. May be called from any thread.</summary>
    public void RequestStop() => control.RequestHostStop();

    /// <summary>Tells an idle machine that host input has arrived. May be called from any thread.</summary>
    public void HostInputArrived() => control.WakeUp();

    /// <inheritdoc/>
    public void Dispose() => machine.Dispose();

    void IGuestTraceListener.Reported(in GuestTraceRecord record)
    {
        foreach (IGuestTraceListener listener in traceListeners) listener.Reported(record);
    }

    private static PhysicalAddress SlotAddress(int slot) => new(VirtioMmio.FirstSlotAddress + (ulong)slot * VirtioMmio.SlotBytes);

    private void AddSerialPort(string name, ISerialBackend backend, ushort port, int interrupt)
    {
        Uart16550 uart = new(backend, Interrupts.Isa[interrupt], machine.Clock, name);
        devices.Add(new(name, $"ports 0x{port:x} to 0x{port + Uart16550.PortCount - 1:x}, interrupt {interrupt}", uart));
        machine.Ports.Map(port, Uart16550.PortCount, uart);
        control.Uarts.Add(uart);
        control.Backends.Add(backend);
    }

    /// <summary>Follows IA32_APIC_BASE. A guest that moves the registers onto another device loses them.</summary>
    private void MapLocalApic()
    {
        machine.Mmio.Unmap(localApic);
        PhysicalMemoryRange range = new(localApic.BaseAddress, LocalApic.RangeBytes);
        if (localApic.IsEnabled && machine.Mmio.IsFree(range)) machine.Mmio.Map(range, localApic);
    }
}
