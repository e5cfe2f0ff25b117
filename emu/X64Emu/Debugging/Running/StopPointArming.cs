using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Brings the processor's breakpoints and watchpoints in line with what a run needs. What has not changed is not touched.</summary>
internal sealed class StopPointArming(PcMachine machine, StopPointTable points, SignalMonitor signals, WatchedValues values)
{
    private readonly Processor processor = machine.Processor;
    private readonly HashSet<VirtualAddress> virtualAddresses = [];
    private readonly HashSet<PhysicalAddress> physicalAddresses = [];
    private readonly Dictionary<int, Watchpoint> watchpoints = [];

    /// <summary>Arms what a goal needs, and the enabled stop points unless it passes them.</summary>
    /// <param name="goal">The goal.</param>
    /// <param name="seesSignals">Whether somebody wants to be told of signals.</param>
    public void Prepare(RunGoal goal, bool seesSignals)
    {
        HashSet<VirtualAddress> wanted = [.. goal.Addresses];
        HashSet<PhysicalAddress> wantedPhysical = [];
        HashSet<Watchpoint> wantedWatchpoints = [];
        if (!goal.PassesStopPoints)
        {
            foreach (Breakpoint point in points.Enabled<Breakpoint>())
            {
                wanted.UnionWith(point.Addresses);
                if (point.Physical is { } physical) wantedPhysical.Add(physical);
            }
            if (seesSignals) wanted.UnionWith(signals.IgnoringAddresses);
            if (seesSignals || points.Enabled<SignalCatchpoint>().Any()) wanted.UnionWith(signals.Addresses);
            wantedWatchpoints.UnionWith(points.Enabled<Watchpoint>());
        }
        Bring(virtualAddresses, wanted, processor.Breakpoints.Add, processor.Breakpoints.Remove);
        Bring(physicalAddresses, wantedPhysical, processor.Breakpoints.AddPhysical, processor.Breakpoints.RemovePhysical);
        BringWatchpoints(wantedWatchpoints);
    }

    /// <summary>The watchpoints that are armed.</summary>
    public IReadOnlyCollection<Watchpoint> Watchpoints => watchpoints.Values;

    /// <summary>The watchpoint that the processor knows by a number.</summary>
    public Watchpoint? Find(int id) => watchpoints.GetValueOrDefault(id);

    private static void Bring<TAddress>(HashSet<TAddress> armed, HashSet<TAddress> wanted, Func<TAddress, bool> add, Func<TAddress, bool> remove)
    {
        foreach (TAddress address in armed.Except(wanted).ToArray())
        {
            remove(address);
            armed.Remove(address);
        }
        foreach (TAddress address in wanted)
            if (armed.Add(address)) add(address);
    }

    private void BringWatchpoints(HashSet<Watchpoint> wanted)
    {
        foreach ((int id, Watchpoint point) in watchpoints.ToArray())
        {
            if (wanted.Remove(point)) continue;
            processor.Watchpoints.Remove(id);
            watchpoints.Remove(id);
            values.Forget(point);
        }
        foreach (Watchpoint point in wanted)
        {
            int id = point.Physical is { } physical
                ? processor.Watchpoints.AddPhysical(physical, point.LengthBytes, point.Access)
                : processor.Watchpoints.Add(point.Start!.Value, point.LengthBytes, point.Access);
            watchpoints.Add(id, point);
        }
        foreach (Watchpoint point in watchpoints.Values) values.Remember(point, processor.Registers.Cr3);
        if (watchpoints.Count > 0) values.RefreshAll(processor.Registers.Cr3);
    }
}
