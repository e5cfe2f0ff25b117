using System.Runtime.CompilerServices;

namespace GuestOs.Arch;

/// <summary>
/// TSC ticks spent in user mode and in the kernel. Every way into the kernel and out of it reads the TSC and adds; whoever keeps the accounts takes the sums.
/// </summary>
internal static class ModeTicks
{
    /// <summary>The TSC at the last way in or out, or look.</summary>
    public static ulong Mark { get; private set; }

    /// <summary>Ticks in user mode since they were last taken.</summary>
    public static ulong User { get; private set; }

    // The TSC when the sums were last taken.
    private static ulong s_taken;

    /// <summary>Ticks in the kernel since they were last taken, up to the last way out or look: all that are not the user's.</summary>
    public static ulong System => Mark - s_taken - User;

    /// <summary>The CPU came from user mode.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void UserModeLeft()
    {
        ulong now = Cpu.ReadTsc();
        User += now - Mark;
        Mark = now;
    }

    /// <summary>The CPU is about to go to user mode, or somebody looks at the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void UserModeEntered() => Mark = Cpu.ReadTsc();

    /// <summary>The sums have been taken.</summary>
    public static void Clear()
    {
        User = 0;
        s_taken = Mark;
    }
}
