using System.Globalization;
using X64Emu.Debugging.Expressions;
using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Running;
using X64Emu.Debugging.Symbols;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Expressions;

/// <summary>What names in expressions mean in a session: registers and memory of its machine, symbols as the current process sees them.</summary>
internal sealed class SessionScope : IExpressionScope
{
    private readonly DebugSession session;
    private readonly Dictionary<string, ulong> variables = new(StringComparer.Ordinal);
    private RegisterNames registers;

    public SessionScope(DebugSession session)
    {
        this.session = session;
        registers = new RegisterNames(session.Machine.Processor.Registers);
        session.MachineReplaced += () => registers = new RegisterNames(session.Machine.Processor.Registers);
    }

    /// <summary>Names that completion offers besides symbols.</summary>
    public IEnumerable<string> RegisterAndVariableNames => [.. registers.All, .. variables.Keys.Select(name => "$" + name)];

    /// <inheritdoc/>
    public RegisterBinding? FindRegister(string name, bool hasDollar) => (hasDollar ? SessionValue(name) : null) ?? Followed(name, hasDollar);

    /// <inheritdoc/>
    public ulong? FindVariable(string name) => variables.TryGetValue(name, out ulong value) ? value : null;

    /// <inheritdoc/>
    public void SetVariable(string name, ulong value) => variables[name] = value;

    /// <inheritdoc/>
    public IReadOnlyList<NamedAddress> FindSymbols(string? owner, string name)
    {
        if (owner is null) return FindAnywhere(pid => session.Symbols.Lookup(name, pid));
        if (int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out int process)) return Named(process, session.Symbols.Lookup(name, process));
        return
        [
            .. session.Symbols.Modules(session.LastStop.Pid)
                .Where(module => module.Name == owner || Path.GetFileName(module.Name) == owner)
                .SelectMany(module => module.Lookup(name).Select(symbol => new NamedAddress($"{owner}!{name}", new VirtualAddress(symbol.Address)))),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedAddress> FindLines(string file, int line) =>
        [.. FindAnywhere(pid => session.Symbols.LookupLine(file, line, pid)).Select(place => place with { QualifiedName = place.Address.ToString() })];

    /// <inheritdoc/>
    public bool TryRead(VirtualAddress address, Span<byte> bytes) => session.Memory.Read(address, bytes) == bytes.Length;

    /// <inheritdoc/>
    public bool TryWrite(VirtualAddress address, ReadOnlySpan<byte> bytes) => session.Memory.Write(address, bytes);

    /// <summary>Values that belong to no register: the process, the thread, the instruction count.</summary>
    private RegisterBinding? SessionValue(string name) => name switch
    {
        "pid" => new RegisterBinding(name, 64, () => (ulong)(session.CurrentPid ?? 0), null),
        "tid" => new RegisterBinding(name, 64, () => (ulong)(session.CurrentTid ?? 0), null),
        "icount" => new RegisterBinding(name, 64, () => (ulong)session.InstructionCount, null),
        _ => null,
    };

    /// <summary>A register of whichever machine the session has when it is read: an expression outlives a restart.</summary>
    private RegisterBinding? Followed(string name, bool hasDollar) => registers.Find(name, hasDollar) is not { } found ? null : found with
    {
        Read = () => registers.Find(name, hasDollar)!.Read(),
        Write = found.Write is null ? null : value => registers.Find(name, hasDollar)!.Write!(value),
    };

    /// <summary>Looks in the current process and the kernel first, then in the other processes, whose places may differ.</summary>
    private IReadOnlyList<NamedAddress> FindAnywhere(Func<int?, IReadOnlyList<SymbolMatch>> find)
    {
        IReadOnlyList<NamedAddress> here = Named(session.LastStop.Pid, find(session.LastStop.Pid));
        if (here.Count > 0 || session.Guest is not { } guest) return here;
        return
        [
            .. guest.Processes.Where(process => process is { IsKernel: false } && process.Pid != session.LastStop.Pid)
                .SelectMany(process => Named(process.Pid, find(process.Pid))),
        ];
    }

    private static IReadOnlyList<NamedAddress> Named(int? pid, IReadOnlyList<SymbolMatch> matches) =>
        [.. matches.Select(match => new NamedAddress(pid is null ? match.Name : $"{pid}!{match.Name}", match.Address))];
}
