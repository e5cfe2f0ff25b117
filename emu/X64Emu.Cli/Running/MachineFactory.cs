using X64Emu.Cli.Options;
using X64Emu.Cpu;
using X64Emu.Devices;
using X64Emu.Devices.Virtio;

namespace X64Emu.Cli.Running;

/// <summary>Makes the machine that the options ask for.</summary>
internal static class MachineFactory
{
    /// <summary>A PC without a kernel in it.</summary>
    public static PcMachine Create(
        MachineSettings settings, ISerialBackend serial1, ISerialBackend serial2, IReadOnlyList<VirtioDevice> devices) => new(new PcMachineOptions
        {
            Machine = new MachineOptions
            {
                MemoryBytes = settings.MemoryBytes,
                Processor = new ProcessorOptions
                {
                    Level = settings.Cpu,
                    Tlb = settings.Tlb,
                    ReferenceMode = settings.UsesReferenceEngine,
                    Logger = new StandardErrorLogger(settings.Log),
                },
            },
            WallClock = settings.IsRealTime ? TimeProvider.System : null,
            Serial1 = serial1,
            Serial2 = serial2,
            VirtioDevices = settings.SwapBytes == 0 ? devices : [.. devices, new VirtioBlock(new MemoryBlockBackend(settings.SwapBytes), "x64emu-swap")],
        });

    /// <summary>The most instructions a run may execute.</summary>
    public static long InstructionLimit(MachineSettings settings) => (long)Math.Min(settings.InstructionLimit ?? long.MaxValue, long.MaxValue);
}
