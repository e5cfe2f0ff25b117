using System.Diagnostics;
using System.Text;

namespace X64Emu.ProgramTests.Running;

/// <summary>A command at a pseudo-terminal of 40 lines and 120 columns, which script(1) makes: somebody types, and the screen is read.</summary>
internal class HostTerminal : IDisposable
{
    public const string Tool = "script", Package = "bsdutils";
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);
    private readonly Process process;
    private readonly StringBuilder screen = new();
    private int seen;

    /// <param name="command">A command of the shell's.</param>
    /// <param name="environment">Variables to set, or with null to remove.</param>
    public HostTerminal(string command, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        ProcessStartInfo start = new(HostTool.Require(Tool, Package))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Repository.SampleFolder,
        };
        foreach (string word in (string[])["-q", "-e", "-c", $"stty rows 40 cols 120; exec {command}", "/dev/null"]) start.ArgumentList.Add(word);
        foreach ((string name, string? value) in environment)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }
        process = Process.Start(start)!;
        _ = Task.Run(ReadScreen);
    }

    /// <summary>All that was shown so far.</summary>
    public string Screen
    {
        get
        {
            lock (screen) return screen.ToString();
        }
    }

    /// <summary>Types keys as they are.</summary>
    public void Type(string keys)
    {
        process.StandardInput.Write(keys);
        process.StandardInput.Flush();
    }

    /// <summary>Waits until a text is shown behind what was waited for before.</summary>
    public void WaitFor(string text)
    {
        Stopwatch time = Stopwatch.StartNew();
        while (true)
        {
            string shown = Screen;
            int at = shown.IndexOf(text, seen, StringComparison.Ordinal);
            if (at >= 0)
            {
                seen = at + text.Length;
                return;
            }
            if (time.Elapsed > patience) throw new TimeoutException($"'{text}' is not shown; the screen has:\n{shown[seen..]}");
            Thread.Sleep(10);
        }
    }

    /// <summary>The tool's exit status, once it ends.</summary>
    public int ExitStatus()
    {
        if (!process.WaitForExit(patience)) throw new TimeoutException($"the command does not end; the screen has:\n{Screen}");
        return process.ExitCode;
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private void ReadScreen()
    {
        char[] buffer = new char[1024];
        int count;
        while ((count = process.StandardOutput.Read(buffer)) > 0)
        {
            lock (screen) screen.Append(buffer, 0, count);
        }
    }
}
