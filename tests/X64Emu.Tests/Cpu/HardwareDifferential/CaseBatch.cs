using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Cases with one memory and one stretch of code, run on the host's processor and in the emulator. One thread's own.</summary>
internal sealed unsafe class CaseBatch(ProcessorOptions? options = null) : IDisposable
{
    private const byte Int3 = 0xcc;
    private readonly HardwareProcess hardware = new();
    private readonly EmulatedCases emulator = new(options);

    /// <summary>How many cases the batch has.</summary>
    public int Count { get; private set; }

    /// <summary>How many cases were compared in all batches.</summary>
    public long Compared { get; private set; }

    /// <summary>How many of them ran to their end on the host's processor, without an exception.</summary>
    public long Completed { get; private set; }

    public bool IsFull => Count == HardwareProcess.MaxCases;

    /// <summary>The next case's state, to be filled in before <see cref="Add"/>.</summary>
    public CaseInput* Next => &hardware.Inputs[Count];

    /// <summary>Starts anew: no cases, no code, fresh memory.</summary>
    public void Start(CaseStates states)
    {
        Count = 0;
        hardware.Code.Fill(Int3);
        states.FillMemory(hardware.Data);
        states.FillMemory(hardware.Constants);
    }

    /// <summary>Puts code into its place; INT3 is behind it.</summary>
    public void Install(ulong address, ReadOnlySpan<byte> code) => code.CopyTo(hardware.Code[(int)(address - CaseMemory.Code)..]);

    /// <summary>Ends code early: what is at an address becomes INT3, which the returned byte was.</summary>
    public byte Cut(ulong address)
    {
        ref byte place = ref hardware.Code[(int)(address - CaseMemory.Code)];
        byte before = place;
        place = Int3;
        return before;
    }

    public void Add() => Count++;

    /// <summary>Runs all cases on both sides. Returns the number of those that differ and a description of the first.</summary>
    /// <param name="instructionOf">The instruction of a case, for outputs that need not agree; null where all must.</param>
    /// <exception cref="InvalidOperationException">The process that runs the host's side died.</exception>
    public (int Differences, int First, string Description) Run(Func<int, Instruction>? instructionOf)
    {
        hardware.Run(Count);
        emulator.Load(hardware.Code, hardware.Data, hardware.Constants);
        (int differences, int first, string description) = (0, -1, "");
        for (int number = 0; number < Count; number++)
        {
            if (Compare(number, instructionOf) is not { } difference) continue;
            if (differences++ == 0) (first, description) = (number, difference);
        }
        return (differences, first, description);
    }

    /// <summary>Runs one of the batch's cases alone, with the code as it is now.</summary>
    public string? RunAlone(int number)
    {
        (CaseInput first, int count) = (hardware.Inputs[0], Count);
        hardware.Inputs[0] = hardware.Inputs[number];
        Count = 1;
        (int differences, _, string description) = Run(null);
        hardware.Inputs[0] = first;
        Count = count;
        return differences == 0 ? null : description;
    }

    private string? Compare(int number, Func<int, Instruction>? instructionOf)
    {
        CaseInput* input = &hardware.Inputs[number];
        CaseOutcome* host = &hardware.Outcomes[number];
        CaseOutcome emulated;
        string? failure = emulator.Run(input, &emulated);
        OutcomeComparison.Normalize(host);
        Compared++;
        if (host->Vector == (uint)ExceptionVector.Breakpoint) Completed++;
        if (failure is null && OutcomeComparison.Agrees(host, &emulated)) return null;
        if (failure is null && instructionOf is not null && UndefinedOutputs.Conceal(instructionOf(number), input, host, &emulated)) return null;
        return $"{failure}{OutcomeComparison.Describe(input, host, &emulated)}\n   from{OutcomeComparison.DescribeInput(input)}";
    }

    public void Dispose()
    {
        hardware.Dispose();
        emulator.Dispose();
    }
}
