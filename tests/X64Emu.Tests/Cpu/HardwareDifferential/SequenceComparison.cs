using Iced.Intel;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Compares programs of many instructions at their end, and looks for the instruction where a difference begins.</summary>
internal sealed unsafe class SequenceComparison
{
    private const int StatesPerProgram = 8, ProgramsPerBatch = HardwareProcess.MaxCases / StatesPerProgram, SlotBytes = 1024;
    private readonly DifferentialSettings settings;
    private readonly CaseBatch batch;
    private readonly CaseRandom random = new();
    private readonly CaseStates states;
    private readonly SequenceCodes codes;

    public SequenceComparison(DifferentialSettings settings, CaseBatch batch)
    {
        (this.settings, this.batch) = (settings, batch);
        states = new CaseStates(random);
        codes = new SequenceCodes(random, new CaseCodes(random, ClaimedCodes.Instance));
    }

    /// <summary>Compares so many batches of programs. Returns the first difference of each batch that has any.</summary>
    public IEnumerable<string> Compare(int batches)
    {
        for (int number = 0; number < batches; number++)
        {
            if (CompareBatch(number) is { } difference) yield return difference;
        }
    }

    private string? CompareBatch(int batchNumber)
    {
        random.Restart(settings.Seed, 4, (ulong)batchNumber);
        batch.Start(states);
        List<List<CaseCode>> programs = [];
        for (int number = 0; number < ProgramsPerBatch; number++)
        {
            programs.Add(codes.Make(CaseMemory.Code + (ulong)(number * SlotBytes)));
            foreach (CaseCode instruction in programs[^1]) batch.Install(instruction.Address, instruction.Bytes);
            for (int state = 0; state < StatesPerProgram; state++)
            {
                states.FillForSequence(batch.Next, programs[^1][0].Address);
                batch.Add();
            }
        }
        (int differences, int first, string description) = batch.Run(null);
        if (differences == 0) return null;
        List<CaseCode> program = programs[first / StatesPerProgram];
        return $"sequences, batch {batchNumber}: {differences} of {batch.Count} cases differ, first {Locate(program, first) ?? description}\n"
            + $"   {settings.Reproducer(null, null)}";
    }

    /// <summary>Cuts the program shorter and longer until it is known which instruction makes the difference.</summary>
    private string? Locate(List<CaseCode> program, int number)
    {
        for (int length = 1; length <= program.Count; length++)
        {
            CaseCode last = program[length - 1];
            if (last.Instruction.FlowControl == FlowControl.ConditionalBranch) continue;   // it may pass the cut
            byte cut = length < program.Count ? batch.Cut(last.End) : (byte)0;
            string? difference = batch.RunAlone(number);
            if (length < program.Count) batch.Install(last.End, [cut]);
            if (difference is null) continue;
            string before = string.Join("; ", program.Take(length).Select(code => code.Instruction.ToString()));
            return $"after {last.Instruction} [{Convert.ToHexString(last.Bytes)}]:{difference}\n   program: {before}";
        }
        return null;
    }
}
