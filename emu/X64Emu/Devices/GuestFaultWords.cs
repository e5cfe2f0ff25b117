namespace X64Emu.Devices;

/// <summary>The words in which everything that names page faults speaks of them.</summary>
public static class GuestFaultWords
{
    /// <summary>Every kind with its word, in the order in which they are listed.</summary>
    public static IReadOnlyList<(string Word, GuestFaultKind Kind)> Kinds { get; } =
    [
        ("demand-zero", GuestFaultKind.DemandZero), ("file", GuestFaultKind.File), ("cow", GuestFaultKind.CopyOnWrite), ("stack", GuestFaultKind.Stack),
        ("protection", GuestFaultKind.Protection), ("swap-in", GuestFaultKind.SwapIn), ("vsyscall", GuestFaultKind.Vsyscall), ("segv", GuestFaultKind.Killed),
        ("bus", GuestFaultKind.Bus), ("efault", GuestFaultKind.BadAddress), ("out-of-memory", GuestFaultKind.OutOfMemory),
    ];

    /// <summary>The traits that faults are chosen by, with their words.</summary>
    public static IReadOnlyList<(string Word, GuestFaultTraits Trait)> Traits { get; } =
        [("major", GuestFaultTraits.Major), ("kernel", GuestFaultTraits.FromKernel), ("huge", GuestFaultTraits.Huge), ("hugetlb", GuestFaultTraits.HugeTlb)];

    /// <summary>The word of a kind.</summary>
    public static string Of(GuestFaultKind kind)
    {
        foreach ((string word, GuestFaultKind known) in Kinds)
        {
            if (known == kind) return word;
        }
        return $"kind {(ulong)kind}";
    }

    /// <summary>A kind with what makes it special, such as `major swap-in` or `huge demand-zero`.</summary>
    public static string Of(GuestFaultKind kind, GuestFaultTraits traits)
    {
        string page = (traits & GuestFaultTraits.Huge) != 0 ? "huge " : (traits & GuestFaultTraits.HugeTlb) != 0 ? "hugetlb " : "";
        return $"{((traits & GuestFaultTraits.Major) != 0 ? "major " : "")}{page}{Of(kind)}";
    }
}
