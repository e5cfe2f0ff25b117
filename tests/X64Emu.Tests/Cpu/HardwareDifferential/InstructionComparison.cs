using Iced.Intel;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Compares single instructions: for each code many encodings, for each encoding many states.</summary>
internal sealed unsafe class InstructionComparison(DifferentialSettings settings, CaseBatch batch)
{
    private const int StatesPerEncoding = 64;

    /// <summary>Codes lie in the middle of slots of this size: a short branch stays inside.</summary>
    private const int SlotBytes = 512;

    private readonly CaseRandom random = new();
    private readonly List<(CaseCode Code, int Case)> cases = [];

    /// <summary>Compares all cases of a code. Returns the first difference with the line that reproduces it, or null.</summary>
    public string? Compare(Code code)
    {
        CaseStates states = new(random);
        CaseCodes codes = new(random, ClaimedCodes.Instance);
        int number = settings.Case ?? 0, last = settings.Case ?? settings.CasesPerCode - 1;
        while (number <= last)
        {
            cases.Clear();
            random.Restart(settings.Seed, (ulong)code, 1, (ulong)(number / HardwareProcess.MaxCases));
            batch.Start(states);
            for (int slot = 0; number <= last && !batch.IsFull; slot++)
            {
                int end = Math.Min((number / StatesPerEncoding + 1) * StatesPerEncoding, last + 1);
                random.Restart(settings.Seed, (ulong)code, 2, (ulong)(number / StatesPerEncoding));
                if (codes.Make(code, CaseMemory.Code + (ulong)(slot * SlotBytes) + SlotBytes / 2) is { } made)
                {
                    batch.Install(made.Address, made.Bytes);
                    for (int state = number; state < end; state++) Add(code, made, state, states);
                }
                number = end;
            }
            if (batch.Count == 0) return $"{code}: no encoding was found";
            if (Run(code) is { } difference) return difference;
        }
        return null;
    }

    private void Add(Code code, CaseCode made, int number, CaseStates states)
    {
        random.Restart(settings.Seed, (ulong)code, 3, (ulong)number);
        states.Fill(batch.Next, made);
        batch.Add();
        cases.Add((made, number));
    }

    private string? Run(Code code)
    {
        try
        {
            (int differences, int first, string description) = batch.Run(number => cases[number].Code.Instruction);
            if (differences == 0) return null;
            (CaseCode made, int number) = cases[first];
            return $"{code}: {differences} of {batch.Count} cases differ, first {made.Instruction} [{Convert.ToHexString(made.Bytes)}]:{description}\n"
                + $"   {settings.Reproducer(code, number)}";
        }
        catch (InvalidOperationException failure)
        {
            return $"{code}: {failure.Message}; {settings.Reproducer(code, null)}";
        }
    }
}
