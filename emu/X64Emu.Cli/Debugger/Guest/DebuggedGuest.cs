using X64Emu.Cli.Running;
using X64Emu.Cli.Terminal;
using X64Emu.Debugging.Running;
using X64Emu.Devices;

namespace X64Emu.Cli.Debugger.Guest;

/// <summary>The guest under the debugger with its input and output: each new machine of the session is connected to the same host streams.</summary>
internal sealed class DebuggedGuest : IDisposable
{
    private const byte ControlC = 3;
    private readonly IMachinePlan plan;
    private readonly SharedKeyboard? keyboard;
    private readonly string? inputFile;
    private readonly bool startsInKernel, hasTerminal;
    private readonly TypedInput typed = new();
    private readonly GuestScreen output, errors;
    private PreparedMachine? prepared;
    private FileStream? inputStream;

    /// <summary>Makes the first machine.</summary>
    /// <param name="plan">What the machine is to be.</param>
    /// <param name="settings">The program's input, the limit of instructions, and where a session begins.</param>
    /// <param name="keyboard">The terminal's keys; null when there is no terminal.</param>
    /// <param name="standardOutput">Where the program's standard output goes.</param>
    /// <param name="standardError">Where its standard error goes.</param>
    public DebuggedGuest(IMachinePlan plan, DebuggerSettings settings, SharedKeyboard? keyboard, Stream standardOutput, Stream standardError)
    {
        this.plan = plan;
        inputFile = settings.InputFile;
        startsInKernel = settings.StartsInKernel;
        this.keyboard = keyboard;
        hasTerminal = keyboard is not null && inputFile is null;
        output = new GuestScreen(standardOutput);
        errors = new GuestScreen(standardError);
        Session = new DebugSession(new DebugSessionOptions
        {
            CreateMachine = CreateMachine,
            KernelImage = plan.Kernel,
            HostPath = plan.HostPath,
            InstructionLimit = settings.InstructionLimit,
        });
        output.IsMuted = errors.IsMuted = () => Session.IsReplaying;
    }

    /// <summary>The session.</summary>
    public DebugSession Session { get; }

    /// <summary>What the user calls the program or kernel.</summary>
    public string Name => plan.Name;

    /// <summary>Lets the guest run; Ctrl-C stops it.</summary>
    /// <param name="run">Runs the session.</param>
    /// <param name="takesKeys">Whether the terminal's keys go to the guest meanwhile; else they wait for the console.</param>
    public StopEvent? Run(Func<DebugSession, StopEvent?> run, bool takesKeys)
    {
        bool reachGuest = takesKeys && hasTerminal;
        keyboard?.BeginGuestTurn(key => Receive(key, reachGuest), takesKept: reachGuest);
        try
        {
            return run(Session);
        }
        finally
        {
            keyboard?.EndGuestTurn();
            output.EndLine();
            errors.EndLine();
        }
    }

    /// <summary>Runs the machine to where a session begins: the program's first instruction, or nowhere for kernels.</summary>
    public StopEvent StartFirst() => startsInKernel ? Session.LastStop : Session.RunToProgram();

    /// <summary>Makes a new machine and runs it to where a session begins.</summary>
    public StopEvent StartOver()
    {
        Session.Restart();
        return StartFirst();
    }

    /// <summary>Forgets what was typed: the next machine begins without it.</summary>
    public void ForgetInput() => typed.Clear();

    /// <inheritdoc/>
    public void Dispose()
    {
        Session.Dispose();
        prepared?.Dispose();
        inputStream?.Dispose();
    }

    private void Receive(byte key, bool takesKeys)
    {
        if (key == ControlC)
        {
            Session.Interrupt();
        }
        else if (takesKeys)
        {
            typed.Type(key);
            prepared?.Machine.HostInputArrived();
        }
        else
        {
            keyboard?.Keep(key);
        }
    }

    private PcMachine CreateMachine()
    {
        PreparedMachine? last = prepared;
        prepared = null;
        last?.Dispose();
        StreamSerialBackend second = new(Stream.Null, errors);
        if (!hasTerminal)
        {
            prepared = plan.CreateMachine(new StreamSerialBackend(OpenInput(), output), second, isTerminal: false);
            return prepared.Machine;
        }
        KeyboardCable cable = new(typed, output);
        prepared = plan.CreateMachine(cable, second, isTerminal: true);
        cable.Attach(prepared.Machine);
        return prepared.Machine;
    }

    private Stream OpenInput()
    {
        inputStream?.Dispose();
        inputStream = null;
        if (inputFile is null) return Stream.Null;
        try
        {
            return inputStream = File.OpenRead(inputFile);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--stdin {inputFile} cannot be read: {failure.Message.TrimEnd('.')}");
        }
    }
}
