using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using X64Emu.ProgramTests.Running;

namespace X64Emu.ProgramTests.Gdb;

/// <summary>What gdb and the tool said and how the tool ended.</summary>
/// <param name="Text">gdb's output, standard error included.</param>
/// <param name="Tool">The tool's end: the program's output, and what the tool itself said.</param>
internal sealed record GdbResult(string Text, ProgramResult Tool);

/// <summary>A real gdb that debugs a program in `x64emu gdb --port 0`.</summary>
internal sealed partial class GdbRun : IDisposable
{
    public const string Tool = "gdb", Package = "gdb";
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(4);

    private readonly Process tool;
    private readonly StringBuilder output = new(), errors = new();

    /// <summary>Starts the tool and waits until it listens.</summary>
    public GdbRun(string program, IEnumerable<string>? arguments = null, IEnumerable<string>? options = null)
    {
        ProcessStartInfo start = new(Repository.Tool)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetDirectoryName(program)!,
        };
        foreach (string word in (IEnumerable<string>)["gdb", "--port", "0", .. options ?? [], program, .. arguments ?? []]) start.ArgumentList.Add(word);
        tool = Process.Start(start) ?? throw new InvalidOperationException("the tool did not start");
        tool.OutputDataReceived += (_, data) => Append(output, data.Data);
        tool.ErrorDataReceived += (_, data) => Append(errors, data.Data);
        tool.BeginOutputReadLine();
        tool.BeginErrorReadLine();
        Port = PortLine().Match(WaitFor(errors, "target remote")).Groups[1].Value;
    }

    /// <summary>Where the tool listens.</summary>
    public string Port { get; }

    /// <summary>Runs gdb to its end with these commands, after it has connected.</summary>
    /// <param name="program">The file gdb reads symbols from; null lets it ask the target.</param>
    /// <param name="commands">gdb's commands.</param>
    /// <param name="connect">How to connect.</param>
    public string Batch(string? program, IEnumerable<string> commands, string connect = "target remote") =>
        HostProcess.Run(HostTool.Require(Tool, Package), Words(program, commands, connect), "", patience) is var result
            ? result.StandardOutput + result.StandardError
            : "";

    /// <summary>Starts gdb; the caller talks to it.</summary>
    public Process Start(string program, IEnumerable<string> commands)
    {
        ProcessStartInfo start = new(HostTool.Require(Tool, Package)) { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (string word in Words(program, commands, "target remote")) start.ArgumentList.Add(word);
        return Process.Start(start) ?? throw new InvalidOperationException("gdb did not start");
    }

    /// <summary>Waits for the tool's end.</summary>
    public ProgramResult Finish()
    {
        if (!tool.WaitForExit(patience)) throw new TimeoutException($"the tool did not end; it had written:\n{output}\n{errors}");
        tool.WaitForExit();
        lock (output) return new ProgramResult(tool.ExitCode, output.ToString(), errors.ToString());
    }

    /// <summary>One batch from the tool's start to its end.</summary>
    public static GdbResult Session(string program, IEnumerable<string> commands, IEnumerable<string>? arguments = null, string connect = "target remote")
    {
        using GdbRun run = new(program, arguments);
        string text = run.Batch(program, commands, connect);
        return new GdbResult(text, run.Finish());
    }

    public void Dispose()
    {
        if (!tool.HasExited) tool.Kill(entireProcessTree: true);
        tool.Dispose();
    }

    private List<string> Words(string? program, IEnumerable<string> commands, string connect)
    {
        // Nothing of the user's configuration, no questions, no lines cut.
        List<string> words = ["-nx", "-q", "-batch", "-ex", "set confirm off", "-ex", "set width 0", "-ex", "set debuginfod enabled off"];
        if (program is not null) words.AddRange(["-ex", $"file {program}"]);
        words.AddRange(["-ex", $"{connect} :{Port}"]);
        foreach (string command in commands) words.AddRange(["-ex", command]);
        return words;
    }

    private string WaitFor(StringBuilder text, string part)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed < patience)
        {
            lock (output)
            {
                if (text.ToString().Contains(part, StringComparison.Ordinal)) return text.ToString();
            }
            if (tool.HasExited && watch.Elapsed > TimeSpan.FromSeconds(5)) break;
            Thread.Sleep(10);
        }
        throw new TimeoutException($"no '{part}'; the tool wrote:\n{output}\n{errors}");
    }

    private void Append(StringBuilder text, string? line)
    {
        lock (output)
        {
            if (line is not null) text.Append(line).Append('\n');
        }
    }

    [GeneratedRegex(@"target remote :(\d+)")]
    private static partial Regex PortLine();
}
