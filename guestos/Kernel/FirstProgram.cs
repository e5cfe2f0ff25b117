using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Kernel;

/// <summary>Starts the program of the command line as the first user process; its end is the machine's.</summary>
internal static unsafe class FirstProgram
{
    private const uint CannotExecuteStatus = 126;
    private const uint NotFoundStatus = 127;

    private static BootOptions s_options;

    /// <summary>Makes the process; its thread runs <see cref="Execute"/> first.</summary>
    public static void Start(BootOptions options)
    {
        if (options.ArgumentCount == 0) Panic.Because("the command line names no program: OPTIONS -- PROGRAM ARG...");
        s_options = options;
        int pid = ProcessTable.AllocateId();
        Process process = new Process(pid)
        {
            GroupId = pid,
            SessionId = pid,
            ExitSignal = SignalNumber.Child,
            Signals = new SignalState(),
            Files = new FileTable(),
            FileContext = new FileContext(),
        };
        Thread thread = new Thread(pid, process);
        thread.AllocateStack();
        InitProcess.Process.AddChild(process);
        ProcessTable.Add(process);
        ProcessTable.Add(thread);
        thread.Prepare(KernelImage.UserThreadStart(), (ulong)(delegate*<TrapFrame*, void>)&Execute, 0, (ulong)thread.UserFrame);
        Exit.MainProgram = process;
        Scheduler.MakeRunnable(thread);
    }

    private static void Execute(TrapFrame* frame)
    {
        DescriptorTables.SetKernelStack(Scheduler.Current.KernelStackTop);
        FileSystemStart.EnterDirectory(s_options, Scheduler.Current.Process.FileContext);
        StandardFiles.Open(Scheduler.Current.Process.Files);
        ArgumentBlock arguments = new ArgumentBlock(), environment = new ArgumentBlock();
        bool fits = true;
        for (int i = 0; i < s_options.ArgumentCount; i++) fits &= Add(arguments, s_options.Argument(i));
        for (int i = 0; i < s_options.OptionCount; i++)
        {
            byte* value = BootOptions.ValueOf(s_options.Option(i), "env="u8);
            if (value != null) fits &= Add(environment, value);
        }
        byte* path = s_options.Argument(0);
        int error = fits ? ProgramStart.Run(path, arguments, environment, frame) : -Errno.ArgumentsTooLong;
        arguments.Destroy();
        environment.Destroy();
        if (error == 0)
        {
            s_options.Destroy();
            s_options = null;
            return;
        }
        // What is wrong with an ELF file has been said already.
        if (error != -Errno.NotExecutable) Exec.Complain(path, Describe(-error));
        DebugExit.Exit(error == -Errno.NoEntry ? NotFoundStatus : CannotExecuteStatus);
    }

    private static string Describe(int error) => error switch
    {
        Errno.NoEntry => "no such file or directory",
        Errno.NotDirectory => "a part of its path is not a directory",
        Errno.Access => "not an executable file",
        Errno.Loop => "too many symbolic links or #! lines",
        Errno.NoMemory => "not enough memory",
        Errno.ArgumentsTooLong => "too many or too long arguments",
        Errno.InputOutput => "cannot be read",
        _ => "cannot be run",
    };

    private static bool Add(ArgumentBlock block, byte* text) => block.Add(text, Memory.StringLength(text, BootMemory.MaximumCommandLineBytes));
}
