namespace X64Emu.Debugging.Running;

/// <summary>Something that stops a guest: a breakpoint, a watchpoint or a catchpoint. All share one sequence of numbers.</summary>
public abstract class StopPoint
{
    /// <summary>Its number in a <see cref="StopPointTable"/>, 1 and up; 0 while it is in none.</summary>
    public int Number { get; internal set; }

    /// <summary>False while it must not stop anything.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>It is deleted when it has stopped the guest once.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>The process it is for; null for every one, and for the kernel when no process runs.</summary>
    public int? Pid { get; init; }

    /// <summary>Asked at each hit, when the machine stands still: false lets the guest go on uncounted. What it throws comes out of the run, and
    /// the machine stands where it was asked.</summary>
    public Func<bool>? Condition { get; set; }

    /// <summary>The condition as the user wrote it, for lists.</summary>
    public string? ConditionText { get; set; }

    /// <summary>How many more hits do not stop.</summary>
    public long IgnoreCount { get; set; }

    /// <summary>How often it was hit with its condition true, ignored hits included; since the machine's start.</summary>
    public long HitCount { get; internal set; }

    /// <summary>Commands that the console runs at each stop, as text; the engine only keeps them.</summary>
    public IReadOnlyList<string> Commands { get; set; } = [];

    /// <summary>What the user asked for, such as a symbol's name, for lists.</summary>
    public string? Label { get; init; }

    /// <summary>Whether it is enabled, and for a process.</summary>
    internal bool Concerns(int? pid) => IsEnabled && (Pid is null || Pid == pid);

    /// <summary>Takes a hit: asks the condition, counts. True when it stops the guest.</summary>
    internal bool TakeHit()
    {
        if (Condition is { } condition && !condition()) return false;
        HitCount++;
        if (IgnoreCount == 0) return true;
        IgnoreCount--;
        return false;
    }
}
