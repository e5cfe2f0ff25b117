using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Tests.Cpu.HostDifferential;

/// <summary>A machine in user mode that has the host's <see cref="LowMemory"/> mapped at the same addresses.</summary>
internal sealed unsafe class GuestSide : IDisposable
{
    private readonly Machine machine;
    private readonly UserAddressSpace space;
    private readonly byte[] scratch = new byte[LowMemory.ScratchBytes];

    public GuestSide(ProcessorOptions? options = null)
    {
        machine = new Machine(new MachineOptions { MemoryBytes = 16 << 20, Processor = options ?? new() });
        space = machine.EnterUserMode();
        space.Map(new(LowMemory.Scratch), LowMemory.ScratchBytes, PageRights.Write);
        space.Map(new(LowMemory.Code), LowMemory.CodeBytes, PageRights.Write | PageRights.Execute);
        machine.Processor.ExceptionHook = _ => HookResult.Stop;
    }

    public Processor Processor => machine.Processor;

    /// <summary>Puts instructions to an address, followed by UD2.</summary>
    public void Install(ulong address, ReadOnlySpan<byte> instructions)
    {
        space.Write(new(address), instructions);
        space.Write(new(address + (ulong)instructions.Length), [0x0f, 0x0b]);
    }

    /// <summary>Takes the host's memory over.</summary>
    public void CopyMemory(ReadOnlySpan<byte> bytes) => space.Write(new(LowMemory.Scratch), bytes);

    /// <summary>The memory's content now.</summary>
    public ReadOnlySpan<byte> ReadMemory()
    {
        space.Read(new(LowMemory.Scratch), scratch);
        return scratch;
    }

    /// <summary>Loads the state, runs from an address to the UD2 at <paramref name="end"/>, and stores the state. Returns what went wrong, or null.</summary>
    public string? Run(ref IntegerState state, ulong address, ulong end)
    {
        ProcessorRegisters registers = Processor.Registers;
        for (int number = 0; number < 16; number++) registers[(GeneralRegister)number] = state.Gpr[number];
        registers.RFlags = state.Flags | RFlags.Interrupt;
        registers.Rip = new(address);
        StopReason reason = Processor.Run(1_000_000);
        for (int number = 0; number < 16; number++) state.Gpr[number] = registers[(GeneralRegister)number];
        state.Flags = registers.RFlags;
        if (reason != StopReason.Exception) return reason.ToString();
        ExceptionInfo info = Processor.LastException!.Value;
        return info.Vector == ExceptionVector.InvalidOpcode && info.InstructionPointer.Value == end ? null : info.ToString();
    }

    public void Dispose() => machine.Dispose();
}
