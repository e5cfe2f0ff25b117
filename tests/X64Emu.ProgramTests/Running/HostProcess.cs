using System.Diagnostics;
using System.Text;

namespace X64Emu.ProgramTests.Running;

/// <summary>Runs a program of the host to its end, with its input, output and time under control.</summary>
internal static class HostProcess
{
    /// <summary>The time a program may take when the caller names none.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Runs <paramref name="path"/>; text goes in and comes out as Latin-1, so no byte is changed.</summary>
    /// <exception cref="TimeoutException">It did not end in time; it and its children were killed. The message holds what it had written.</exception>
    public static ProgramResult Run(string path, IEnumerable<string> arguments, string standardInput = "", TimeSpan? timeout = null, string? folder = null)
    {
        ProcessStartInfo start = new(path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Encoding.Latin1,
            StandardOutputEncoding = Encoding.Latin1,
            StandardErrorEncoding = Encoding.Latin1,
            WorkingDirectory = folder ?? Repository.SampleFolder,
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);

        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{path} did not start");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        Feed(process, standardInput);
        if (!process.WaitForExit(timeout ?? DefaultTimeout))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            throw new TimeoutException($"{path} did not end in time. It had written:\n{output.Result}\nand to standard error:\n{error.Result}");
        }
        return new ProgramResult(process.ExitCode, output.Result, error.Result);
    }

    // A program may end without having read its input; that is no failure.
    private static void Feed(Process process, string standardInput)
    {
        try
        {
            process.StandardInput.Write(standardInput);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }
}
