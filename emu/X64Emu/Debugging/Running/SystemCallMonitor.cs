using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>
/// Sees system calls begin and end. A call is over when its process comes back to user mode behind the SYSCALL with the stack pointer it had:
/// that tells the threads of a process apart, and is right too when signal handlers run in between.
/// </summary>
internal sealed class SystemCallMonitor(PcMachine machine, CurrentTask task)
{
    private const int SyscallBytes = 2;
    private const int SigreturnNumber = 15, ExecveNumber = 59, ExitNumber = 60, ExitGroupNumber = 231, ExecveatNumber = 322;
    private readonly Dictionary<Key, SystemCallEvent> open = [];

    // rt_sigreturn comes back to wherever its thread was.
    private readonly Dictionary<int, SystemCallEvent> sigreturns = [];

    private readonly record struct Key(int Pid, ulong ReturnAddress, ulong StackPointer);

    /// <summary>Told of both ends of every call.</summary>
    public Action<SystemCallEvent>? Happened { get; set; }

    private ProcessorRegisters Registers => machine.Processor.Registers;

    /// <summary>A SYSCALL is being executed; RIP is behind it.</summary>
    public void Entered()
    {
        if (task.ReportedPid is not { } pid || Registers.PrivilegeLevel != 3) return;
        ProcessorRegisters registers = Registers;
        SystemCallArguments arguments = new(
            registers[GeneralRegister.Rdi], registers[GeneralRegister.Rsi], registers[GeneralRegister.Rdx],
            registers[GeneralRegister.R10], registers[GeneralRegister.R8], registers[GeneralRegister.R9]);
        int number = (int)registers[GeneralRegister.Rax];
        Key key = new(pid, registers.Rip.Value, registers[GeneralRegister.Rsp]);
        SystemCallEvent entry = new(SystemCallPhase.Entry, pid, number, arguments)
        {
            Tid = task.Ids.Tid,
            StackPointer = registers[GeneralRegister.Rsp],
            Rip = new VirtualAddress(registers.Rip.Value - SyscallBytes),
            IsRestart = open.TryGetValue(key, out SystemCallEvent before) && before.Number == number,
        };
        // These never come back to where they were made.
        if (number is SigreturnNumber or ExitNumber or ExitGroupNumber) open.Remove(key);
        else open[key] = entry;
        if (number == SigreturnNumber) sigreturns[ThreadOf(entry)] = entry;
        Happened?.Invoke(entry);
    }

    /// <summary>The processor has come back to user mode.</summary>
    public void UserModeReached()
    {
        if (open.Count + sigreturns.Count == 0 || task.ReportedPid is not { } pid) return;
        if (sigreturns.Count > 0 && sigreturns.Remove(task.Ids.Tid ?? pid, out SystemCallEvent sigreturn)) Return(sigreturn, (long)Registers[GeneralRegister.Rax]);
        if (open.Remove(new Key(pid, Registers.Rip.Value, Registers[GeneralRegister.Rsp]), out SystemCallEvent call))
            Return(call, (long)Registers[GeneralRegister.Rax]);
    }

    /// <summary>A process has a new program: of its calls only the exec comes to an end.</summary>
    public void ProgramReplaced(int pid)
    {
        foreach ((Key key, SystemCallEvent call) in open.Where(pair => pair.Key.Pid == pid).ToArray())
        {
            open.Remove(key);
            if (call.Number is ExecveNumber or ExecveatNumber) Return(call, 0);
        }
    }

    /// <summary>A process is gone, and its calls with it.</summary>
    public void ProcessEnded(int pid)
    {
        foreach (Key key in open.Keys.Where(key => key.Pid == pid).ToArray()) open.Remove(key);
        foreach (int thread in sigreturns.Where(pair => pair.Value.Pid == pid).Select(pair => pair.Key).ToArray()) sigreturns.Remove(thread);
    }

    /// <summary>Nobody listens any more: what is open now would never be closed.</summary>
    public void Forget()
    {
        open.Clear();
        sigreturns.Clear();
    }

    private static int ThreadOf(in SystemCallEvent call) => call.Tid ?? call.Pid;

    private void Return(in SystemCallEvent call, long result) =>
        Happened?.Invoke(call with { Phase = SystemCallPhase.Return, Result = result, IsRestart = false });
}
