using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>Runs a machine to its end with stops of every kind at random instructions.</summary>
internal sealed class RandomStops
{
    private readonly Random random;
    private readonly PcMachine machine;
    private readonly Processor processor;
    private readonly List<VirtualAddress> seen = [];
    private readonly List<int> watchpoints = [];
    private readonly List<VirtualAddress> breakpoints = [];
    private readonly Dictionary<StopReason, int> stops = [];
    private readonly int stride;
    private int hookCalls;

    /// <summary>Prepares it.</summary>
    /// <param name="machine">A machine that has not run.</param>
    /// <param name="seed">The same seed stops at the same places.</param>
    /// <param name="stride">About how many instructions lie between stops.</param>
    public RandomStops(PcMachine machine, int seed, int stride)
    {
        this.machine = machine;
        this.stride = stride;
        processor = machine.Processor;
        random = new Random(seed);
        processor.ExceptionHook = _ => MaybePause();
        processor.SystemCallHook = MaybePause;
        processor.UserModeHook = () => MaybePause();
    }

    /// <summary>How often the run stopped, and why.</summary>
    public IReadOnlyDictionary<StopReason, int> Stops => stops;

    public int HookCalls => hookCalls;

    public PcStop Run()
    {
        while (true)
        {
            PcStop stop = machine.Run(Disturb());
            if (stop.Reason is not (PcStopReason.InstructionLimit or PcStopReason.Paused or PcStopReason.Requested)) return stop;
            stops[processor.LastStop] = stops.GetValueOrDefault(processor.LastStop) + 1;
            if (seen.Count < 1000) seen.Add(processor.Registers.Rip);
            else seen[random.Next(seen.Count)] = processor.Registers.Rip;
        }
    }

    private HookResult MaybePause()
    {
        if (random.Next(20) == 0) processor.Pause();
        return HookResult.Default;
    }

    /// <summary>Changes what stops the machine, and says how many instructions it may run.</summary>
    private long Disturb()
    {
        processor.InstructionHook = null;
        processor.MemoryHook = null;
        switch (random.Next(16))
        {
            case 0:
                AddBreakpoint();
                break;
            case 1:
                foreach (VirtualAddress address in breakpoints) processor.Breakpoints.Remove(address);
                breakpoints.Clear();
                break;
            case 2:
                AddWatchpoint();
                break;
            case 3:
                foreach (int id in watchpoints) processor.Watchpoints.Remove(id);
                watchpoints.Clear();
                break;
            case 4:
                processor.InstructionHook = () => hookCalls++;
                return random.Next(1, 300);
            case 5:
                processor.MemoryHook = _ => hookCalls++;
                return random.Next(1, 2000);
            case 6:
                processor.PageTableWrites.IsEnabled = !processor.PageTableWrites.IsEnabled;
                break;
            case 7:
                machine.RequestStop();
                break;
            case < 12:
                return random.Next(1, 5);
        }
        return random.Next(1, stride);
    }

    private void AddBreakpoint()
    {
        if (seen.Count == 0 || breakpoints.Count > 8) return;
        VirtualAddress address = seen[random.Next(seen.Count)];
        if (processor.Breakpoints.Add(address)) breakpoints.Add(address);
    }

    private void AddWatchpoint()
    {
        if (watchpoints.Count > 3) return;
        ulong stack = processor.Registers[GeneralRegister.Rsp] - (ulong)random.Next(256);
        if (random.Next(2) == 0) watchpoints.Add(processor.Watchpoints.Add(new(stack), (ulong)random.Next(1, 32), WatchAccess.ReadWrite));
        else if (processor.TryTranslate(new(stack), out PhysicalAddress physical))
            watchpoints.Add(processor.Watchpoints.AddPhysical(physical, (ulong)random.Next(1, 32), WatchAccess.Write));
    }
}
