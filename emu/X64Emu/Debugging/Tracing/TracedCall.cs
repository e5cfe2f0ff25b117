using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Running;

namespace X64Emu.Debugging.Tracing;

/// <summary>A system call that has begun and not ended.</summary>
/// <param name="call">The call.</param>
/// <param name="thread">Whose.</param>
/// <param name="prefix">What its line begins with.</param>
/// <param name="memory">The memory; the call's process is the one that runs.</param>
internal sealed class TracedCall(SystemCallEvent call, int thread, string prefix, DebugMemory memory)
{
    private readonly ulong cr3 = memory.PageTables.CurrentCr3;
    private string? kept;
    private int shown;

    /// <summary>Its beginning.</summary>
    public SystemCallEvent Event => call;

    /// <summary>Whose it is.</summary>
    public int Thread => thread;

    /// <summary>What its line begins with.</summary>
    public string Prefix => prefix;

    /// <summary>Whether a line was written without its end.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Puts it into words now: what its arguments point at will be gone.</summary>
    public void KeepText() => kept = SystemCallText.Call(View(call));

    /// <summary>Name and arguments, as they are at the end.</summary>
    public string Whole(SystemCallEvent end) => kept ?? SystemCallText.Call(View(end));

    /// <summary>As much as is known before the end. The rest comes with <see cref="Resumed"/>.</summary>
    public string Cut()
    {
        IsCut = true;
        (string text, shown) = kept is null ? SystemCallText.Beginning(View(call)) : (kept[..^1], SystemCallArguments.Count);
        return text;
    }

    /// <summary>The name and what was not known before the end.</summary>
    public string Resumed(SystemCallEvent end) => SystemCallText.Resumed(View(end), shown);

    private SystemCallView View(SystemCallEvent end) => new(end, memory, cr3);
}
