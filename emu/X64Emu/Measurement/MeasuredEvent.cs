using X64Emu.Devices;
using X64Emu.Primitives;

namespace X64Emu.Measurement;

/// <summary>One thing that is counted. Names are those of <c>perf list</c> where perf has the event; <c>docs/counters.md</c> defines each.</summary>
public sealed class MeasuredEvent
{
    private const string IdleName = "idle-nanoseconds";
    private readonly Func<CounterSources, long> read;

    private MeasuredEvent(int index, string name, Func<CounterSources, long> read)
    {
        Index = index;
        Name = name;
        this.read = read;
    }

    /// <summary>Every event, in the order reports print them.</summary>
    public static IReadOnlyList<MeasuredEvent> All { get; } = BuildCatalogue();

    /// <summary>Virtual time skipped while the machine idled, the one count that goes on without instructions.</summary>
    public static MeasuredEvent IdleNanoseconds { get; } = Named(IdleName);

    /// <summary>Its place in <see cref="All"/>.</summary>
    public int Index { get; }

    /// <summary>The name, such as <c>dTLB-load-misses</c>.</summary>
    public string Name { get; }

    /// <summary>The event of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static MeasuredEvent Named(string name) =>
        All.FirstOrDefault(candidate => candidate.Name == name) ?? throw new KeyNotFoundException($"no event is called '{name}'");

    /// <summary>How often it has happened since the machine was made.</summary>
    public long Read(CounterSources sources) => read(sources);

    private static List<MeasuredEvent> BuildCatalogue()
    {
        List<MeasuredEvent> events = [];
        Add("instructions", from => from.Execution.Instructions);
        Add("instructions:u", from => from.Execution.UserInstructions);
        Add("page-faults", from => from.Guest.PageFaults);
        Add("minor-faults", from => from.Guest.MinorFaults);
        Add("major-faults", from => from.Guest.MajorFaults);
        foreach ((string word, GuestFaultKind kind) in GuestFaultWords.Kinds) Add($"page-faults.{word}", from => from.Guest.FaultsOf(kind));
        Add("huge-page-faults", from => from.Guest.HugePageFaults);
        Add("hugetlb-page-faults", from => from.Guest.PoolPageFaults);
        Add("exceptions:page_fault_user", from => from.Guest.PageFaults - from.Guest.KernelModeFaults);
        Add("exceptions:page_fault_kernel", from => from.Guest.KernelModeFaults);
        Add("dTLB-loads", from => from.Execution.Loads);
        Add("dTLB-load-misses", from => from.Paging.DataLoadMisses);
        Add("dTLB-stores", from => from.Execution.Stores);
        Add("dTLB-store-misses", from => from.Paging.DataStoreMisses);
        Add("iTLB-loads", from => from.Execution.FetchLookups);
        Add("iTLB-load-misses", from => from.Paging.FetchMisses);
        Add("dtlb_load_misses.stlb_hit", from => from.Paging.DataLoadL2Hits);
        Add("dtlb_store_misses.stlb_hit", from => from.Paging.DataStoreL2Hits);
        Add("itlb_misses.stlb_hit", from => from.Paging.FetchL2Hits);
        Add("page-walks.4k", from => from.Paging.Walks4K);
        Add("page-walks.2m", from => from.Paging.Walks2M);
        Add("page-walks.1g", from => from.Paging.Walks1G);
        Add("page-walks.faulted", from => from.Paging.WalksFaulted);
        Add("page-walks.permission", from => from.Paging.PermissionWalks);
        Add("page-walks.reads", from => from.Paging.WalkMemoryReads);
        Add("page-walks.writes", from => from.Paging.WalkMemoryWrites);
        Add("invlpg", from => from.Paging.Invlpg);
        Add("invpcid", from => from.Paging.Invpcid);
        Add("cr3-loads", from => from.Paging.Cr3LoadsFlushing + from.Paging.Cr3LoadsKeeping);
        Add("cr3-loads.flushing", from => from.Paging.Cr3LoadsFlushing);
        Add("cr3-loads.keeping", from => from.Paging.Cr3LoadsKeeping);
        Add("global-flushes", from => from.Paging.GlobalFlushes);
        Add("context-switches", from => from.Guest.ContextSwitches);
        Add("system-calls", from => from.Execution.SystemCalls);
        Add("page-fault-exceptions", from => from.Execution.Exceptions[(int)ExceptionVector.PageFault]);
        Add("interrupts", from => from.Execution.Interrupts);
        Add(IdleName, from => from.Execution.IdleNanoseconds);
        return events;

        void Add(string name, Func<CounterSources, long> read) => events.Add(new MeasuredEvent(events.Count, name, read));
    }
}
