using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Where a run is to end when nothing else stops it.</summary>
internal sealed record RunGoal
{
    /// <summary>The most instructions to run.</summary>
    public long Instructions { get; init; } = long.MaxValue;

    /// <summary>Why the run ends when so many instructions have run.</summary>
    public StopEventReason AfterInstructions { get; init; } = StopEventReason.Step;

    /// <summary>Places to look at.</summary>
    public IReadOnlyList<VirtualAddress> Addresses { get; init; } = [];

    /// <summary>Whether to look at each place where a kernel goes to user mode.</summary>
    public bool AtUserMode { get; init; }

    /// <summary>Asked at those places; true ends the run.</summary>
    public Func<bool>? IsReached { get; init; }

    /// <summary>Why the run ends there.</summary>
    public StopEventReason AtGoal { get; init; } = StopEventReason.Reached;

    /// <summary>Whether nothing but the goal and the machine's end stops: stop points neither stop nor count, hooks neither report.</summary>
    public bool PassesStopPoints { get; init; }
}
