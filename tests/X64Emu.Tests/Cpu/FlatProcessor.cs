using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Bus;
using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Tests.Cpu;

/// <summary>A processor in 64-bit mode at privilege 0 with SSE and AVX switched on and without paging: addresses are physical. 4 MiB of RAM.</summary>
internal sealed unsafe class FlatProcessor : IDisposable
{
    /// <summary>Where <see cref="Load"/> puts code.</summary>
    public const ulong CodeAddress = 0x1000;

    /// <summary>Free for operands up to the end of RAM.</summary>
    public const ulong DataAddress = 0x10_0000;

    private const ulong RamBytes = 4 << 20;
    private readonly GuestRam ram = new(RamBytes);
    private readonly CodePageMap codePages;

    public FlatProcessor(ProcessorOptions? options = null)
    {
        codePages = new CodePageMap(ram);
        Processor = new Processor(ram, Mmio, new PortBus(), codePages, new VirtualClock(), options ?? new ProcessorOptions());
        Processor.ExceptionHook = _ => HookResult.Stop;
        Processor.System.Efer = SystemRegisters.EferLongModeEnable | SystemRegisters.EferLongModeActive;
        Processor.System.Segments[(int)SegmentName.Cs] = new SegmentRegister(8, 0, uint.MaxValue, 0xA09B);
        Processor.System.Segments[(int)SegmentName.Ss] = new SegmentRegister(16, 0, uint.MaxValue, 0xC093);
        Processor.System.Xcr0 = ExtendedControl.All;
        SetControls(
            SystemRegisters.Cr0ExtensionType | SystemRegisters.Cr0NumericError | SystemRegisters.Cr0MonitorCoprocessor,
            SystemRegisters.Cr4OsFxsr | SystemRegisters.Cr4OsXmmExceptions | SystemRegisters.Cr4OsXsave);
    }

    /// <summary>Devices above RAM.</summary>
    public MmioBus Mmio { get; } = new();

    public Processor Processor { get; }

    public ProcessorRegisters Registers => Processor.Registers;

    public CpuState* State => Processor.State;

    /// <summary>Sets CR0 and CR4 as MOV would.</summary>
    public void SetControls(ulong cr0, ulong cr4)
    {
        State->Cr0 = cr0;
        State->Cr4 = cr4;
        Processor.ModesChanged();
    }

    /// <summary>Replaces the code: <paramref name="instructions"/>, then UD2.</summary>
    public void Load(params ReadOnlySpan<Instruction> instructions)
    {
        using var bytes = new MemoryStream();
        Encoder encoder = Encoder.Create(64, new StreamCodeWriter(bytes));
        ulong address = CodeAddress;
        foreach (Instruction instruction in instructions) address += encoder.Encode(instruction, address);
        End = address;
        bytes.Write([0x0F, 0x0B]);
        bytes.ToArray().CopyTo(Memory(CodeAddress, (int)bytes.Length));
        Processor.DropCode(CodeAddress >> 12);
    }

    /// <summary>Replaces the code by bytes of the current mode, then UD2.</summary>
    public void LoadBytes(params ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Memory(CodeAddress, bytes.Length));
        End = CodeAddress + (ulong)bytes.Length;
        At<ushort>(End) = 0x0B0F;
        Processor.DropCode(CodeAddress >> 12);
    }

    /// <summary>Changes to 32-bit protected mode with flat segments.</summary>
    public void EnterProtectedMode()
    {
        Processor.System.Efer = 0;
        Processor.System.Segments[(int)SegmentName.Cs] = new SegmentRegister(8, 0, uint.MaxValue, 0xC09B);
        Processor.ModesChanged();
    }

    /// <summary>Address of the UD2 behind the loaded code.</summary>
    public ulong End { get; private set; }

    /// <summary>Runs the loaded code. Returns the exception that ended it, or null when it reached its end.</summary>
    public ExceptionInfo? Run()
    {
        Registers.Rip = new VirtualAddress(CodeAddress);
        StopReason reason = Processor.Run(1000);
        if (reason != StopReason.Exception) throw new InvalidOperationException($"stopped because of {reason}");
        ExceptionInfo info = Processor.LastException!.Value;
        return info.Vector == ExceptionVector.InvalidOpcode && info.InstructionPointer.Value == End ? null : info;
    }

    /// <summary>Guest memory from a physical address on.</summary>
    public Span<byte> Memory(ulong address, int lengthBytes) => new(ram.Base + checked((int)address), lengthBytes);

    /// <summary>A value in guest memory.</summary>
    public ref T At<T>(ulong address) where T : unmanaged => ref Unsafe.AsRef<T>(ram.Base + checked((int)address));

    public void Dispose()
    {
        Processor.Dispose();
        codePages.Dispose();
        ram.Dispose();
    }
}
