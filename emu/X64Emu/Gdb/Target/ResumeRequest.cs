using X64Emu.Primitives;

namespace X64Emu.Gdb.Target;

/// <summary>How to go on.</summary>
public enum ResumeKind
{
    /// <summary>To the next stop.</summary>
    Continue,

    /// <summary>One instruction of one thread.</summary>
    Step,

    /// <summary>Until one thread leaves a range of addresses.</summary>
    StepRange,

    /// <summary>One instruction back.</summary>
    StepBack,
}

/// <summary>What gdb wants to happen. The machine runs as a whole: all threads go on, whichever was named.</summary>
/// <param name="Kind">How.</param>
/// <param name="Thread">Whose steps count.</param>
/// <param name="RangeStart">For <see cref="ResumeKind.StepRange"/>.</param>
/// <param name="RangeEnd">The first address behind it.</param>
public readonly record struct ResumeRequest(ResumeKind Kind, GuestThreadId Thread, VirtualAddress RangeStart = default, VirtualAddress RangeEnd = default);
