using X64Emu.Debugging.Running;
using X64Emu.Devices;

namespace X64Emu.Cli.Debugger.Stops;

/// <summary>Page faults in words.</summary>
internal static class FaultText
{
    private static readonly (string Word, FaultAccess Access)[] accesses = [("read", FaultAccess.Read), ("write", FaultAccess.Write), ("exec", FaultAccess.Execute)];

    /// <summary>The kinds' words.</summary>
    public static IEnumerable<string> Kinds => GuestFaultWords.Kinds.Select(kind => kind.Word);

    /// <summary>The accesses' words.</summary>
    public static IEnumerable<string> Accesses => accesses.Select(access => access.Word);

    /// <summary>The kind of a word; null when it is none.</summary>
    public static GuestFaultKind? FindKind(string word) =>
        GuestFaultWords.Kinds.FirstOrDefault(kind => kind.Word == word) is { Word: not null } found ? found.Kind : null;

    /// <summary>The traits' words.</summary>
    public static IEnumerable<string> Traits => GuestFaultWords.Traits.Select(trait => trait.Word);

    /// <summary>The trait of a word; none when it is none.</summary>
    public static GuestFaultTraits FindTrait(string word) => GuestFaultWords.Traits.FirstOrDefault(trait => trait.Word == word).Trait;

    /// <summary>The access of a word; null when it is none.</summary>
    public static FaultAccess? FindAccess(string word) => Array.Find(accesses, access => access.Word == word) is { Word: not null } found ? found.Access : null;

    /// <summary>The word of an access.</summary>
    public static string Word(FaultAccess access) => Array.Find(accesses, candidate => candidate.Access == access).Word;

    /// <summary>A fault in one line.</summary>
    public static string Describe(FaultRecord fault)
    {
        string level = fault.FailedLevel is { } failed ? $", walk ended at level {failed} ({LevelName(failed)})" : "";
        string origin = (fault.Traits & GuestFaultTraits.FromKernel) != 0 ? " from the kernel" : "";
        string code = fault.ErrorCode is { } error ? $", error code 0x{error.Value:x}" : "";
        return $"{GuestFaultWords.Of(fault.Kind, fault.Traits)} fault {fault.Number}, {Word(fault.Access)}{origin} at {fault.Address}, pid {fault.Pid}{code}{level}";
    }

    private static string LevelName(int level) => level switch
    {
        4 => "PML4",
        3 => "PDPT",
        2 => "PD",
        _ => "PT",
    };
}
