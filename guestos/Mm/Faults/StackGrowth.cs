namespace GuestOs.Mm;

/// <summary>Grows a stack area downward to an address touched below it.</summary>
internal static class StackGrowth
{
    /// <summary>Distance a stack keeps from the mapping below it (Linux's stack_guard_gap).</summary>
    public const ulong GuardGapBytes = 256 * 4096;

    /// <summary>RLIMIT_STACK, where nobody has set it.</summary>
    public const ulong DefaultLimitBytes = 8 << 20;

    /// <summary>The stack area, grown so that it contains the address; null when there is none or it may not grow so far.</summary>
    public static VmArea Try(AddressSpace space, ulong address)
    {
        VmArea stack = space.FirstEndingAbove(address);
        if (stack == null) return null;
        if ((stack.Flags & VmFlags.GrowsDown) == 0) return null;
        ulong start = address & ~4095UL;
        if (start < Map.MinimumAddress || stack.End - start > space.Limits.StackBytes) return null;
        if (stack.IsLocked && !space.Limits.AllowLocked(space.Totals, stack.Start - start)) return null;
        if (!space.MayGrow(stack.Flags, stack.Start - start)) return null;
        if (stack.Previous != null)
        {
            VmArea below = stack.Previous;
            if (below.End > start) return null;
            if (below.IsAccessible && (below.Flags & VmFlags.GrowsDown) == 0 && start - below.End < GuardGapBytes) return null;
        }
        space.MoveStart(stack, start);
        return stack;
    }
}
