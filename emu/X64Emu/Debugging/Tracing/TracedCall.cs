using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Running;

namespace X64Emu.Debugging.Tracing;

/// <summary>A system call that has begun and not ended, with those of its arguments that strace shows at the beginning.</summary>
internal sealed class TracedCall
{
    private const int CloneNumber = 56, ExecveNumber = 59, ExecveatNumber = 322;
    private readonly DebugMemory memory;
    private readonly ulong cr3;
    private readonly ArgumentWords[] signature;

    // Null for what was not in memory yet: the kernel will bring it in when it looks at it.
    private readonly List<string?> known = [];
    private readonly bool hasMore;

    /// <summary>Puts into words what is known at the beginning.</summary>
    /// <param name="call">The call.</param>
    /// <param name="thread">Whose.</param>
    /// <param name="prefix">What its line begins with.</param>
    /// <param name="memory">The memory; the call's process is the one that runs.</param>
    public TracedCall(SystemCallEvent call, int thread, string prefix, DebugMemory memory)
    {
        Event = call;
        Thread = thread;
        Prefix = prefix;
        this.memory = memory;
        cr3 = memory.PageTables.CurrentCr3;
        signature = SystemCallSignatures.Of(call.Number);
        // After an exec all that its arguments point at is gone.
        bool isLastChance = call.Number is ExecveNumber or ExecveatNumber;
        foreach (ArgumentWords argument in signature)
        {
            SystemCallView view = View(call);
            string? word = argument(view, known.Count);
            hasMore = view.IsEndWanted;
            if (hasMore || word is null) break;
            known.Add(view.HasMissed && !isLastChance ? null : word);
        }
    }

    /// <summary>Its beginning.</summary>
    public SystemCallEvent Event { get; }

    /// <summary>Whose it is.</summary>
    public int Thread { get; }

    /// <summary>What its line begins with.</summary>
    public string Prefix { get; }

    /// <summary>Whether a line was written without its end.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Name and arguments at the end, as <c>openat(AT_FDCWD, "x", O_RDONLY)</c>.</summary>
    public string Whole(SystemCallEvent end) => $"{SystemCallText.NameOf(end.Number)}({string.Join(", ", Known(end).Concat(Rest(end)))})";

    /// <summary>What is known before the end, as <c>read(3, </c>. The rest comes with <see cref="Resumed"/>.</summary>
    public string Cut()
    {
        IsCut = true;
        string separator = hasMore && known.Count > 0 && Event.Number != CloneNumber ? ", " : "";
        return $"{SystemCallText.NameOf(Event.Number)}({string.Join(", ", Known(Event))}{separator}";
    }

    /// <summary>The rest at the end, as <c>&lt;... read resumed&gt;"x", 1)</c>.</summary>
    public string Resumed(SystemCallEvent end)
    {
        string rest = string.Join(", ", Rest(end)), separator = rest.Length > 0 && Event.Number == CloneNumber ? ", " : "";
        return $"<... {SystemCallText.NameOf(end.Number)} resumed>{separator}{rest})";
    }

    private IEnumerable<string?> Known(SystemCallEvent now) => known.Select((word, index) => word ?? signature[index](View(now), index));

    private IEnumerable<string?> Rest(SystemCallEvent end)
    {
        SystemCallView view = View(end);
        return signature.Select((argument, index) => index < known.Count ? "" : argument(view, index)).TakeWhile(word => word is not null).Skip(known.Count);
    }

    private SystemCallView View(SystemCallEvent now) => new(now, memory, cr3);
}
