using System.Diagnostics;
using System.Text;
using X64Emu.ProgramTests.Running;

namespace X64Emu.ProgramTests.Debugger;

/// <summary>`x64emu debug` at a pseudo-terminal, which script(1) makes: somebody types, and the screen is read.</summary>
internal sealed class DebugTerminal : IDisposable
{
    public const string Tool = "script", Package = "bsdutils";
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);
    private readonly Process process;
    private readonly StringBuilder screen = new();
    private int seen;

    public DebugTerminal(string program, string stateFolder, bool hasColour = true)
    {
        ProcessStartInfo start = new(HostTool.Require(Tool, Package))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Repository.SampleFolder,
        };
        foreach (string word in (string[])["-q", "-e", "-c", $"stty rows 40 cols 120; exec '{Repository.Tool}' debug '{program}'", "/dev/null"]) start.ArgumentList.Add(word);
        start.Environment["TERM"] = "xterm";
        start.Environment["XDG_STATE_HOME"] = stateFolder;
        if (hasColour) start.Environment.Remove("NO_COLOR");
        else start.Environment["NO_COLOR"] = "1";
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
        if (!process.WaitForExit(patience)) throw new TimeoutException($"the debugger does not end; the screen has:\n{Screen}");
        return process.ExitCode;
    }

    public void Dispose()
    {
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
