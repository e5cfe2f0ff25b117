using Iced.Intel;
using X64Emu.Cpu;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Runs the same cases on the host's processor and in the emulator. One thread's own: a process, a machine and their random numbers.</summary>
internal sealed unsafe class DifferentialRunner : IDisposable
{
    private const int StatesPerEncoding = 64;

    /// <summary>Codes lie in the middle of slots of this size: a short branch stays inside.</summary>
    private const int SlotBytes = 512;

    private readonly DifferentialSettings settings;
    private readonly HardwareProcess hardware = new();
    private readonly EmulatedCases emulator;
    private readonly CaseRandom random = new();
    private readonly CaseCodes codes;
    private readonly CaseStates states;
    private readonly List<(CaseCode Code, int Case)> batch = [];
    private int slots;

    public DifferentialRunner(DifferentialSettings settings, ProcessorOptions? options = null)
    {
        this.settings = settings;
        emulator = new EmulatedCases(options);
        codes = new CaseCodes(random, ClaimedCodes.Instance);
        states = new CaseStates(random);
    }

    /// <summary>How many cases were compared.</summary>
    public long Cases { get; private set; }

    /// <summary>Which entries of the table concealed a difference.</summary>
    public HashSet<UndefinedOutput> Concealed { get; } = [];

    /// <summary>Compares all cases of a code. Returns the first difference with the line that reproduces it, or null.</summary>
    public string? Compare(Code code)
    {
        int first = settings.Case ?? 0, last = settings.Case ?? settings.CasesPerCode - 1, number = first;
        while (number <= last)
        {
            StartBatch(code, number / HardwareProcess.MaxCases);
            for (; number <= last && batch.Count < HardwareProcess.MaxCases; number = NextEncoding(number, last)) AddEncoding(code, number, last);
            if (batch.Count == 0) return $"{code}: no encoding was found";
            if (RunBatch(code) is { } difference) return difference;
        }
        return null;
    }

    private static int NextEncoding(int number, int last) => Math.Min((number / StatesPerEncoding + 1) * StatesPerEncoding, last + 1);

    private void StartBatch(Code code, int batchNumber)
    {
        batch.Clear();
        slots = 0;
        hardware.Code.Fill(0xcc);
        random.Restart(settings.Seed, (ulong)code, 1, (ulong)batchNumber);
        states.FillMemory(hardware.Data);
        states.FillMemory(hardware.Constants);
    }

    /// <summary>Adds the cases of one encoding, from a case number on.</summary>
    private void AddEncoding(Code code, int number, int last)
    {
        random.Restart(settings.Seed, (ulong)code, 2, (ulong)(number / StatesPerEncoding));
        ulong address = CaseMemory.Code + (ulong)(slots++ * SlotBytes) + SlotBytes / 2;
        if (codes.Make(code, address) is not { } made) return;
        made.Bytes.CopyTo(hardware.Code[(int)(made.Address - CaseMemory.Code)..]);
        for (int end = NextEncoding(number, last); number < end; number++)
        {
            random.Restart(settings.Seed, (ulong)code, 3, (ulong)number);
            states.Fill(&hardware.Inputs[batch.Count], made);
            batch.Add((made, number));
        }
    }

    private string? RunBatch(Code code)
    {
        try
        {
            hardware.Run(batch.Count);
        }
        catch (InvalidOperationException failure)
        {
            return $"{code}: {failure.Message}; {Reproducer(code, batch[0].Case)}";
        }
        emulator.Load(hardware.Code, hardware.Data, hardware.Constants);
        CaseOutcome emulated;
        string? first = null;
        int differences = 0;
        for (int index = 0; index < batch.Count; index++)
        {
            CaseInput* input = &hardware.Inputs[index];
            CaseOutcome* host = &hardware.Outcomes[index];
            string? failure = emulator.Run(input, &emulated);
            OutcomeComparison.Normalize(host);
            Cases++;
            if (failure is null && (OutcomeComparison.Agrees(host, &emulated) || AgreesWhereDefined(batch[index].Code, input, host, &emulated))) continue;
            differences++;
            first ??= $"{Text(batch[index].Code)}:{failure}{OutcomeComparison.Describe(input, host, &emulated)}\n   from{OutcomeComparison.DescribeInput(input)}"
                + $"\n   {Reproducer(code, batch[index].Case)}";
        }
        return first is null ? null : $"{code}: {differences} of {batch.Count} cases differ, first {first}";
    }

    private bool AgreesWhereDefined(CaseCode code, CaseInput* input, CaseOutcome* host, CaseOutcome* emulated)
    {
        CaseOutcome concealed = *emulated;
        foreach (UndefinedOutput entry in UndefinedOutputs.For(code.Instruction))
        {
            entry.Conceal(code.Instruction, input, host, &concealed);
            if (!OutcomeComparison.Agrees(host, &concealed)) continue;
            Concealed.Add(entry);
            return true;
        }
        return false;
    }

    private static string Text(CaseCode code) => $"{code.Instruction} [{Convert.ToHexString(code.Bytes)}]";

    private string Reproducer(Code code, int number) =>
        $"{DifferentialSettings.SeedVariable}={settings.Seed} {DifferentialSettings.CodeVariable}={code} {DifferentialSettings.CaseVariable}={number} "
        + "dotnet test tests/X64Emu.Tests -c Release --filter HardwareDifferential";

    public void Dispose()
    {
        hardware.Dispose();
        emulator.Dispose();
    }
}
