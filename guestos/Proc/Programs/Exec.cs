using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>Replaces a process's program: execve. Up to the switch to the new address space every failure leaves the old program as it was.</summary>
internal static unsafe class Exec
{
    private const ulong InitialFlags = 0x202;

    /// <summary>
    /// Runs a program in the current process. <paramref name="path"/> is NUL-terminated and names the file in errors and AT_EXECFN;
    /// <paramref name="frame"/> is the thread's user frame. 0 or a negative errno; -ENOEXEC is explained in the log.
    /// </summary>
    public static int Run(Inode inode, byte* path, ArgumentBlock arguments, ArgumentBlock environment, TrapFrame* frame)
    {
        Process process = Scheduler.Current.Process;
        if (process.ExceedsProcessLimit && process.IsOverProcessLimit(0)) return -Errno.Again;
        process.ExceedsProcessLimit = false;
        ElfImage image = new ElfImage();
        int error = image.Read(inode.Pages) ? 0 : -Errno.NotExecutable;
        if (error != 0) Complain(path, image.Complaint);
        else error = Replace(inode, image, path, arguments, environment, frame);
        image.Destroy();
        return error;
    }

    private static int Replace(Inode inode, ElfImage image, byte* path, ArgumentBlock arguments, ArgumentBlock environment, TrapFrame* frame)
    {
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        Process process = Scheduler.Current.Process;
        MemoryLimits limits = process.MemoryLimitsOf(Scheduler.Current);
        ProgramLayout layout = new ProgramLayout(process.Personality, limits.StackBytes);
        AddressSpace space = new AddressSpace { Limits = limits, Search = layout.Search };
        if (process.Space != null) space.HugePagesDisabled = process.Space.HugePagesDisabled;
        InitialStack stack = default;
        Interpreter interpreter = default;
        int error = stack.PlaceStrings(space, layout, arguments, environment, path, image.HasExecutableStack);
        ulong bias = 0;
        if (error == 0) error = ElfLoader.Load(space, image, image.HasInterpreter ? layout.ProgramBase(image.Alignment) : 0, out bias);
        if (error == 0 && image.HasInterpreter) error = interpreter.Load(space, image, path);
        if (error == 0) error = Vdso.Map(space);
        if (error != 0)
        {
            interpreter.Destroy();
            space.Release();
            return error;
        }
        space.SetExecutable(inode.Pages);
        space.HeapStart = layout.HeapStart(image.HighestAddress + bias, image.Header.Type == ElfImage.PositionIndependent && !image.HasInterpreter);
        space.HeapEnd = space.HeapStart;
        EndOtherThreads(process);
        Exit.LeaveMemory(Scheduler.Current);
        Commit(process, space, path);
        TakeIdentity(process, inode, out bool isSecure);
        ulong entry = image.HasInterpreter ? interpreter.Entry : image.Header.Entry + bias;
        TracePort.Exec(process.Pid, entry, space.Cr3, process.Name);
        ulong stackPointer = ElfLoader.ClearSegmentEnds(image, bias) && interpreter.ClearSegmentEnds()
            ? stack.BuildTables(space, image, bias, interpreter.Bias, isSecure) : 0;
        interpreter.Destroy();
        if (stackPointer == 0)
        {
            // The old program is gone: nobody to report to.
            Exit.Group(process, SignalNumber.SegmentationFault);
            Scheduler.Current.HasWork = true;
            return 0;
        }
        StartRegisters(frame, entry, stackPointer);
        return 0;
    }

    /// <summary>The calling thread stays alone and becomes the process's first thread.</summary>
    private static void EndOtherThreads(Process process)
    {
        Thread current = Scheduler.Current;
        process.Survivor = current;
        for (Thread thread = process.FirstThread; thread != null; thread = thread.NextInProcess)
            if (thread != current) Signal.Interrupt(thread);
        while (process.ThreadCount > 1) process.ChildChanged.SleepUninterruptible();
        process.Survivor = null;
        process.HasMixedCredentials = false;
        if (current.Id == process.Pid) return;
        ProcessTable.Remove(current);
        current.BecomeFirst();
        ProcessTable.Add(current);
    }

    /// <summary>Point of no return: the process has the new memory.</summary>
    private static void Commit(Process process, AddressSpace space, byte* path)
    {
        Thread thread = Scheduler.Current;
        AddressSpace old = process.Space;
        process.Space = space;
        Cpu.WriteCr3(space.Cr3);
        if (old != null)
        {
            if (old.PeakResidentPages > process.Usage.PeakResidentPages) process.Usage.PeakResidentPages = old.PeakResidentPages;
            old.Release();
        }
        Clone.FinishVfork(process);
        process.HasExecuted = true;
        process.Personality &= ~Personality.ReadImpliesExecute;
        process.Signals.ResetHandlers();
        process.Timers.DeleteAll();
        thread.AlternateStack = default;
        thread.ClearChildTid = 0;
        thread.RobustList = 0;
        thread.Sequence = default;
        thread.FsBase = 0;
        thread.GsBase = 0;
        Cpu.WriteMsr(Msr.FsBase, 0);
        Cpu.WriteMsr(Msr.KernelGsBase, 0);
        if (process.Files.IsShared)
        {
            FileTable own = process.Files.Clone();
            process.Files.Release();
            process.Files = own;
        }
        process.Files.CloseForExec();
        byte* name = path;
        for (byte* at = path; *at != 0; at++)
            if (*at == '/') name = at + 1;
        process.SetName(name, Memory.StringLength(name, Process.NameBytes));
    }

    /// <summary>The program's set-user-ID bits count; who could not read it, or runs as another user by it, may not be looked into.</summary>
    private static void TakeIdentity(Process process, Inode inode, out bool isSecure)
    {
        bool isReadable = inode.CheckAccess(Permission.Read) == 0;
        process.Credentials.Execute(inode, out isSecure);
        process.IsDumpable = isReadable && !isSecure;
        if (isSecure) process.ParentDeathSignal = 0;
        process.ApplyMemoryLimits();
    }

    /// <summary>Everything zero but RIP, RSP and what ring 3 needs; the state of x87, SSE and AVX is the initial one.</summary>
    private static void StartRegisters(TrapFrame* frame, ulong entry, ulong stackPointer)
    {
        *frame = default;
        frame->Rip = entry;
        frame->Cs = Selectors.UserCode;
        frame->Rflags = InitialFlags;
        frame->Rsp = stackPointer;
        frame->Ss = Selectors.UserData;
        UserRegisters.Reset();
    }

    internal static void Complain(byte* path, string complaint) =>
        KernelLog.Warn("").Bytes(new System.ReadOnlySpan<byte>(path, (int)Memory.StringLength(path, 4096))).Text(": ").Text(complaint).End();
}
