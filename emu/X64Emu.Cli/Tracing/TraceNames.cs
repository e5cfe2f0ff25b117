using X64Emu.Debugging.Tracing;

namespace X64Emu.Cli.Tracing;

/// <summary>The words for the kinds of traces.</summary>
internal static class TraceNames
{
    private static readonly (TraceKind Kind, string Name)[] names =
    [
        (TraceKind.Instructions, "insn"), (TraceKind.Memory, "mem"), (TraceKind.SystemCalls, "syscall"), (TraceKind.Faults, "fault"),
    ];

    /// <summary>All words.</summary>
    public static IReadOnlyList<string> All { get; } = [.. names.Select(name => name.Name)];

    /// <summary>The kind a word stands for; null for none.</summary>
    public static TraceKind? Find(string word) => Array.FindIndex(names, name => name.Name == word) is >= 0 and int index ? names[index].Kind : null;

    /// <summary>The word for a kind.</summary>
    public static string Of(TraceKind kind) => Array.Find(names, name => name.Kind == kind).Name;
}
