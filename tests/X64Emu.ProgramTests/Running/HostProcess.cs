using System.Diagnostics;
using System.Text;

namespace X64Emu.ProgramTests.Running;

/// <summary>Runs a program of the host to its end, with its input, output and time under control.</summary>
internal static class HostProcess
{
    /// <summary>The time a program may take when the caller names none.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Runs <paramref name="path"/>; text goes in and comes out as Latin-1, so no byte is changed.</summary>
    /// <exception cref="TimeoutException">It did not end in time, or left somebody behind who keeps its output open; it and its children were killed. The
    /// message holds what it had written.</exception>
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
        StringBuilder output = new(), error = new();
        Task ended = Task.WhenAll(
            process.WaitForExitAsync(), Collect(process.StandardOutput, output), Collect(process.StandardError, error), Feed(process, standardInput));
        if (ended.Wait(timeout ?? DefaultTimeout)) return new ProgramResult(process.ExitCode, output.ToString(), error.ToString());
        process.Kill(entireProcessTree: true);
        lock (output)
        {
            lock (error) throw new TimeoutException($"{path} did not end in time. It had written:\n{output}\nand to standard error:\n{error}");
        }
    }

    /// <summary>Reads to the end, which comes when nobody can write any more: neither the program nor a child that has outlived it.</summary>
    private static async Task Collect(StreamReader reader, StringBuilder text)
    {
        char[] buffer = new char[4096];
        for (int count; (count = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
        {
            lock (text) text.Append(buffer, 0, count);
        }
    }

    // A program may end without having read its input; that is no failure.
    private static async Task Feed(Process process, string standardInput)
    {
        try
        {
            await process.StandardInput.WriteAsync(standardInput).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }
}
