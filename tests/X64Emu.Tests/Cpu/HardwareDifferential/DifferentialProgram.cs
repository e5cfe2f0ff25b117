using System.Collections.Concurrent;
using System.Diagnostics;
using Iced.Intel;
using X64Emu.Tests.Cpu.Native;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>
/// The comparison without a test framework: <c>dotnet X64Emu.Tests.dll</c>, for long runs and for runs with other settings of the runtime.
/// The environment variables of <see cref="DifferentialSettings"/> say what is compared; exit status 1 means that something differs.
/// </summary>
internal static class DifferentialProgram
{
    private static int Main()
    {
        if (NativeHost.ReasonToSkip is { } reason)
        {
            Console.Error.WriteLine(reason);
            return 2;
        }
        DifferentialSettings settings = DifferentialSettings.FromEnvironment();
        Stopwatch watch = Stopwatch.StartNew();
        Code[] codes = [.. ClaimedCodes.Instance.All.Where(code => settings.Code is null || code == settings.Code)];
        ConcurrentQueue<Code> waiting = new(codes);
        long compared = 0, programs = 0;
        int differences = 0;
        Parallel.For(0, Environment.ProcessorCount, worker =>
        {
            using CaseBatch batch = new();
            InstructionComparison comparison = new(settings, batch);
            while (waiting.TryDequeue(out Code code)) Report(comparison.Compare(code));
            Interlocked.Add(ref compared, batch.Compared);
            if (settings.Code is not null) return;
            DifferentialSettings own = settings with { Seed = settings.Seed + (ulong)worker };
            foreach (string difference in new SequenceComparison(own, batch).Compare(own.SequenceBatches)) Report(difference);
            Interlocked.Add(ref programs, batch.Compared);
        });
        programs = Math.Max(0, programs - compared);
        Console.WriteLine($"{compared} cases of {codes.Length} codes and {programs} programs, seed {settings.Seed}: {differences} differences, {watch.Elapsed.TotalSeconds:f0} s");
        return differences == 0 ? 0 : 1;

        void Report(string? difference)
        {
            if (difference is null) return;
            Interlocked.Increment(ref differences);
            Console.WriteLine(difference);
        }
    }
}
