using System.Globalization;
using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Guest.Reports;
using X64Emu.Debugging.Memory.Reports;
using X64Emu.Debugging.Running;
using X64Emu.Devices;
using X64Emu.Measurement;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Debuggee;

/// <summary>gdb's `monitor` commands: what is special about this machine, in the words of the debugger console.</summary>
internal sealed class SessionMonitor
{
    private const int DefaultFaults = 20;
    private const string NoGuest = "the guest's kernel is not the built-in one, so its structures are not known";

    private readonly DebugSession session;
    private readonly MonitorNumbers numbers;
    private readonly SortedDictionary<string, MonitorCommand> commands = new(StringComparer.Ordinal);

    public SessionMonitor(DebugSession session)
    {
        this.session = session;
        numbers = new MonitorNumbers(session);
        Add("help", "", "lists these commands", (_, _) => Help());
        Add("pt", "ADDR", "shows the page walk of an address, level by level", WithAddress((_, cr3, address) =>
            PageWalkText.Lines(session.Memory.PageTables.Walk(address, cr3), (entry, level) => AbsentPageText.Describe(session.Guest, entry, level))));
        Add("tlb", "[ADDR]", "shows the TLB's entries, and those that disagree with the page tables", Tlb);
        Add("maps", "[PID]", "shows a process's areas, and beside them what is mapped", WithProcess((guest, process) =>
            MapsText.Lines(session.Memory, guest, process)));
        Add("frame", "PFN", "shows who maps a frame and its reference count", Frame);
        Add("cow", "ADDR", "shows which processes share the page of an address", WithAddress((pid, _, address) =>
            session.Guest is not { } guest ? [NoGuest]
            : guest.FindProcess(pid) is { } process ? CopyOnWriteText.Lines(session.Memory, guest, process, address) : [$"the guest has no process {pid}"]));
        Add("faults", "[N]", $"shows the last page faults, {DefaultFaults} if not given", Faults);
        Add("ps", "", "lists the guest's processes", (_, _) => session.Guest is { } guest ? ProcessesText.Lines(guest) : [NoGuest]);
        Add("threads", "", "lists the guest's threads", (_, _) => session.Guest is { } guest ? ThreadsText.Lines(guest, NameOf, Place) : [NoGuest]);
        Add("stat", "", "shows what happened since the program began", (_, _) => Counts());
    }

    private sealed record MonitorCommand(string Name, string Usage, string Summary, Func<int, string[], IReadOnlyList<string>> Run);

    /// <summary>The answer to a command, or a line that says what is wrong with it.</summary>
    /// <param name="pid">The process that gdb looks at.</param>
    /// <param name="command">The words behind `monitor`.</param>
    public IReadOnlyList<string> Answer(int pid, string command)
    {
        string[] words = command.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return Help();
        return commands.TryGetValue(words[0], out MonitorCommand? found)
            ? found.Run(pid, words[1..])
            : [$"no monitor command {words[0]}; 'monitor help' lists them"];
    }

    private void Add(string name, string usage, string summary, Func<int, string[], IReadOnlyList<string>> run) =>
        commands.Add(name, new MonitorCommand(name, usage, summary, run));

    private Func<int, string[], IReadOnlyList<string>> WithAddress(Func<int, ulong, VirtualAddress, IReadOnlyList<string>> report) => (pid, words) =>
    {
        if (words.Length != 1) return ["give one address: a number, or a symbol, perhaps with +NUMBER behind it"];
        if (!numbers.TryAddress(words[0], pid, out VirtualAddress address)) return [$"{words[0]} is neither a number nor a known symbol"];
        return report(pid, PageTablesOf(pid), address);
    };

    private Func<int, string[], IReadOnlyList<string>> WithProcess(Func<GuestKernel, GuestProcess, IReadOnlyList<string>> report) => (pid, words) =>
    {
        if (session.Guest is not { } guest) return [NoGuest];
        if (words.Length > 1 || (words.Length == 1 && !MonitorNumbers.TryCount(words[0], out pid)))
            return ["give one process number, or none for gdb's inferior"];
        return guest.FindProcess(pid) is { } process ? report(guest, process) : [$"the guest has no process {pid}; 'monitor ps' lists them"];
    };

    private ulong PageTablesOf(int pid) => session.Guest?.FindProcess(pid)?.Cr3 ?? session.Memory.PageTables.CurrentCr3;

    private string Place(VirtualAddress address, int pid) => session.Symbols.Resolve(address, pid)?.ToString() ?? "";

    private static string NameOf(int systemCall) => SystemCallNames.NameOf(systemCall) ?? systemCall.ToString(CultureInfo.InvariantCulture);

    private IReadOnlyList<string> Help() =>
        [.. commands.Values.Select(command => $"{$"{command.Name} {command.Usage}".TrimEnd(),-14} {command.Summary}")];

    private IReadOnlyList<string> Tlb(int pid, string[] words)
    {
        VirtualAddress address = default;
        if (words.Length > 1 || (words.Length == 1 && !numbers.TryAddress(words[0], pid, out address))) return ["give one address, or none for all entries"];
        return TlbText.Lines(session.Machine.Processor, session.Memory.PageTables, words.Length == 0 ? null : address, rip => Place(rip, pid));
    }

    private IReadOnlyList<string> Frame(int pid, string[] words) => words is [var word] && MonitorNumbers.TryNumber(word, out ulong frame)
        ? FrameText.Lines(session.Memory, session.Guest, frame)
        : ["give one frame number: a physical address divided by 4096"];

    private IReadOnlyList<string> Faults(int pid, string[] words)
    {
        int most = DefaultFaults;
        if (words.Length > 1 || (words.Length == 1 && !MonitorNumbers.TryCount(words[0], out most))) return ["give how many to show, or nothing"];
        List<string> lines = [string.Create(CultureInfo.InvariantCulture, $"{session.Faults.Total} page faults so far")];
        foreach (FaultRecord fault in session.Faults.Recent(most))
        {
            string where = $"{fault.Address,-18} pid {fault.Pid.ToString(CultureInfo.InvariantCulture),-4} rip {fault.Rip} {Place(fault.Rip, fault.Pid)}";
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{fault.Number,6}  {GuestFaultWords.Of(fault.Kind),-11} {AccessName(fault.Access),-7} {where}"));
        }
        return lines;
    }

    private static string AccessName(FaultAccess access) => access.ToString().ToLowerInvariant();

    private IReadOnlyList<string> Counts() =>
        [.. MeasuredEvent.All.Select(measured =>
            string.Create(CultureInfo.InvariantCulture, $"{session.Measurement.Counts[measured],20:N0}  {measured.Name}"))];
}
