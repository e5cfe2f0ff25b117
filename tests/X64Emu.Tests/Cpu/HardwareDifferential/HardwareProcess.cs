using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>
/// The process that runs cases on the host's processor (case-runner.c), and the memory shared with it. A case that kills it ends the batch
/// with an exception that names the case.
/// </summary>
internal sealed unsafe class HardwareProcess : IDisposable
{
    /// <summary>The most cases of one batch.</summary>
    public const int MaxCases = 1024;

    private const int PristineOffset = 0x1000, CodeOffset = 0x1_0000, CasesOffset = 0x10_0000;
    private const long FileBytes = CasesOffset + MaxCases * (long)(CaseInput.Bytes + CaseOutcome.Bytes);
    private static readonly TimeSpan longestBatch = TimeSpan.FromSeconds(60);
    private readonly string path;
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly Process process;
    private readonly byte[] answer = new byte[1];
    private readonly byte* memory;

    public HardwareProcess()
    {
        string folder = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        path = Path.Combine(folder, $"x64emu-cases-{Environment.ProcessId}-{Guid.NewGuid():N}");
        file = MemoryMappedFile.CreateFromFile(path, FileMode.CreateNew, null, FileBytes);
        view = file.CreateViewAccessor();
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref memory);
        process = Process.Start(new ProcessStartInfo(CaseRunnerProgram.Path, [path]) { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("the case runner did not start");
    }

    /// <summary>What the data pages hold before each case, patches apart.</summary>
    public Span<byte> Data => new(memory + PristineOffset, CaseMemory.DataBytes);

    /// <summary>The page that cannot be written.</summary>
    public Span<byte> Constants => new(memory + PristineOffset + CaseMemory.DataBytes, CaseMemory.ConstantsBytes);

    /// <summary>The code pages.</summary>
    public Span<byte> Code => new(memory + CodeOffset, CaseMemory.CodeBytes);

    public CaseInput* Inputs => (CaseInput*)(memory + CasesOffset);

    public CaseOutcome* Outcomes => (CaseOutcome*)(memory + CasesOffset + MaxCases * CaseInput.Bytes);

    /// <summary>Runs the first so many of <see cref="Inputs"/> and fills in <see cref="Outcomes"/>.</summary>
    /// <exception cref="InvalidOperationException">The process died, or a case never ended.</exception>
    public void Run(int caseCount)
    {
        *(int*)memory = caseCount;
        *(int*)(memory + 4) = 0;
        process.StandardInput.BaseStream.WriteByte(0);
        process.StandardInput.BaseStream.Flush();
        using CancellationTokenSource limit = new(longestBatch);
        try
        {
            ValueTask<int> read = process.StandardOutput.BaseStream.ReadAsync(answer, limit.Token);
            if (read.AsTask().GetAwaiter().GetResult() == 1) return;
            process.WaitForExit();
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new InvalidOperationException($"case {*(int*)(memory + 4)} of the batch did not end on the host's processor");
        }
        throw new InvalidOperationException($"the case runner died in case {*(int*)(memory + 4)} of the batch, exit status {process.ExitCode}");
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(1000)) process.Kill();
        process.Dispose();
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
        File.Delete(path);
    }
}
