using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Which end of a system call.</summary>
public enum SystemCallPhase
{
    /// <summary>The program has executed SYSCALL.</summary>
    Entry,

    /// <summary>The program is about to go on behind it.</summary>
    Return,
}

/// <summary>The arguments of a system call.</summary>
/// <param name="First">RDI.</param>
/// <param name="Second">RSI.</param>
/// <param name="Third">RDX.</param>
/// <param name="Fourth">R10.</param>
/// <param name="Fifth">R8.</param>
/// <param name="Sixth">R9.</param>
public readonly record struct SystemCallArguments(ulong First, ulong Second, ulong Third, ulong Fourth, ulong Fifth, ulong Sixth)
{
    /// <summary>How many there are.</summary>
    public const int Count = 6;

    /// <summary>The argument of a number, 0..5.</summary>
    public ulong this[int index] => index switch
    {
        0 => First,
        1 => Second,
        2 => Third,
        3 => Fourth,
        4 => Fifth,
        5 => Sixth,
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };
}

/// <summary>One end of a system call.</summary>
/// <param name="Phase">Which end.</param>
/// <param name="Pid">The process.</param>
/// <param name="Number">The call's number; <see cref="SystemCallNames"/> has its name.</param>
/// <param name="Arguments">The arguments, as they were at the entry.</param>
public readonly record struct SystemCallEvent(SystemCallPhase Phase, int Pid, int Number, SystemCallArguments Arguments)
{
    /// <summary>The thread, when it is known.</summary>
    public int? Tid { get; init; }

    /// <summary>The address of the SYSCALL instruction.</summary>
    public VirtualAddress Rip { get; init; }

    /// <summary>RSP at the entry.</summary>
    public ulong StackPointer { get; init; }

    /// <summary>RAX at the return: a negative errno from -4095 to -1, or the call's value. 0 at the entry.</summary>
    public long Result { get; init; }

    /// <summary>An entry that repeats one which a signal cut short: the same call again, with one return for both.</summary>
    public bool IsRestart { get; init; }
}
