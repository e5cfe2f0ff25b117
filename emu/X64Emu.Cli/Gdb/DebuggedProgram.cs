using X64Emu.Cli.Options;
using X64Emu.Cli.Running;
using X64Emu.Devices;
using X64Emu.Gdb.Debuggee;

namespace X64Emu.Cli.Gdb;

/// <summary>The program that gdb debugs: its machines, one after another, and the files gdb may read through it.</summary>
internal sealed class DebuggedProgram : IProgramSource, IDisposable
{
    private const int NoEntry = 2, NotReadable = 5, AccessDenied = 13, NotALink = 22, TooManyLinks = 40;
    private const int MaximumLinks = 40;

    private readonly MachineSettings settings;
    private readonly string? inputFile;
    private readonly Stream output;
    private readonly Stream errors;
    private IReadOnlyList<string> words;
    private ProgramPlan plan;
    private PreparedMachine? machine;
    private Stream? input;

    /// <summary>Checks that the program can be run.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <param name="settings">The machine and what the guest sees.</param>
    /// <param name="inputFile">What it reads; null for nothing.</param>
    /// <param name="output">Where its standard output goes.</param>
    /// <param name="errors">Where its standard error goes.</param>
    /// <exception cref="UsageException">It cannot.</exception>
    public DebuggedProgram(IReadOnlyList<string> words, MachineSettings settings, string? inputFile, Stream output, Stream errors)
    {
        this.words = words;
        this.settings = settings;
        this.inputFile = inputFile;
        this.output = output;
        this.errors = errors;
        plan = new ProgramPlan(words, settings);
    }

    /// <summary>The kernel image's bytes.</summary>
    public byte[] Kernel => plan.Kernel;

    /// <summary>The host's file behind a guest path, links followed as the guest would; null where there is none.</summary>
    public string? HostPath(string guestPath) => Resolve(guestPath, followLast: true, out string path) == 0 ? plan.HostPath(path) : null;

    /// <summary>Makes a new machine in place of the last one, with its input at the beginning.</summary>
    /// <exception cref="UsageException">A directory or the input file cannot be opened.</exception>
    public PcMachine CreateMachine()
    {
        Dispose();
        try
        {
            input = inputFile is null ? Stream.Null : File.OpenRead(inputFile);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--stdin {inputFile} cannot be read: {failure.Message.TrimEnd('.')}");
        }
        machine = plan.CreateMachine(new StreamSerialBackend(input, output), new StreamSerialBackend(Stream.Null, errors), isTerminal: false);
        return machine.Machine;
    }

    /// <inheritdoc/>
    public int OpenFile(string guestPath, out Stream? file)
    {
        file = null;
        int error = Resolve(guestPath, followLast: true, out string path);
        if (error != 0) return error;
        if (plan.HostPath(path) is not { } host || !File.Exists(host)) return NoEntry;
        try
        {
            file = File.OpenRead(host);
            return 0;
        }
        catch (UnauthorizedAccessException)
        {
            return AccessDenied;
        }
        catch (IOException)
        {
            return NotReadable;
        }
    }

    /// <inheritdoc/>
    public int ReadLink(string guestPath, out string text)
    {
        text = "";
        int error = Resolve(guestPath, followLast: false, out string path);
        if (error != 0) return error;
        if (plan.HostPath(path) is not { } host || !Path.Exists(host)) return NoEntry;
        text = new FileInfo(host).LinkTarget ?? "";
        return text.Length > 0 ? 0 : NotALink;
    }

    /// <inheritdoc/>
    public bool TryChoose(IReadOnlyList<string> words, out string problem)
    {
        problem = "";
        if (words.Count == 0) return true;
        IReadOnlyList<string> wanted = [words[0].Length > 0 ? words[0] : this.words[0], .. words.Skip(1)];
        try
        {
            plan = new ProgramPlan(wanted, settings);
            this.words = wanted;
            return true;
        }
        catch (UsageException failure)
        {
            problem = failure.Message;
            return false;
        }
    }

    /// <summary>Ends the machine that was made last.</summary>
    public void Dispose()
    {
        machine?.Dispose();
        input?.Dispose();
        machine = null;
    }

    /// <summary>Follows symbolic links within the guest's tree, as the guest does: a link never leads to a file that the guest cannot see.</summary>
    private int Resolve(string guestPath, bool followLast, out string resolved)
    {
        resolved = "";
        Stack<string> rest = new(Parts(guestPath).Reverse());
        List<string> path = [];
        int links = 0;
        while (rest.TryPop(out string? part))
        {
            if (part == "..")
            {
                if (path.Count > 0) path.RemoveAt(path.Count - 1);
                continue;
            }
            path.Add(part);
            bool follows = followLast || rest.Count > 0;
            if (!follows || plan.HostPath(Join(path)) is not { } host || new FileInfo(host).LinkTarget is not { } target) continue;
            if (++links > MaximumLinks) return TooManyLinks;
            path.RemoveAt(path.Count - 1);
            if (target.StartsWith('/')) path.Clear();
            foreach (string next in Parts(target).Reverse()) rest.Push(next);
        }
        resolved = Join(path);
        return 0;
    }

    private static IEnumerable<string> Parts(string path) => path.Split('/').Where(part => part is not ("" or "."));

    private static string Join(List<string> parts) => "/" + string.Join('/', parts);
}
