using System.Runtime.CompilerServices;
using X64Emu.Bus;
using X64Emu.Cpu;
using X64Emu.Measurement;
using X64Emu.Paging;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Measurement;

public sealed class MeasuredEventTests
{
    [Fact]
    public void All_Events_HaveNamesOfTheirOwn() =>
        Assert.Equal(MeasuredEvent.All.Count, MeasuredEvent.All.Select(measured => measured.Name).Distinct().Count());

    [Fact]
    public void All_Events_AreDefinedInTheDocumentation()
    {
        string text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../docs/counters.md"));
        Assert.All(MeasuredEvent.All, measured => Assert.Contains($"`{measured.Name}`", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Named_UnknownName_Throws() => Assert.Throws<KeyNotFoundException>(() => MeasuredEvent.Named("no-such-event"));

    [Fact]
    public void Read_EveryCounterSetToItsOwnValue_FindsEachUnderItsName()
    {
        ExecutionCounters execution = new() { Instructions = 1, UserInstructions = 2, Loads = 3, Stores = 4, FetchLookups = 5, SystemCalls = 6, Interrupts = 7, IdleNanoseconds = 8 };
        execution.Exceptions[(int)ExceptionVector.PageFault] = 9;
        PagingCounters paging = new()
        {
            DataLoadMisses = 10,
            DataStoreMisses = 11,
            FetchMisses = 12,
            DataLoadL2Hits = 13,
            DataStoreL2Hits = 14,
            FetchL2Hits = 15,
            Walks4K = 16,
            Walks2M = 17,
            Walks1G = 18,
            WalksFaulted = 19,
            PermissionWalks = 20,
            WalkMemoryReads = 21,
            WalkMemoryWrites = 22,
            Invlpg = 23,
            Invpcid = 24,
            Cr3LoadsFlushing = 25,
            Cr3LoadsKeeping = 26,
            GlobalFlushes = 27,
        };
        MachineSnapshot snapshot = MachineSnapshot.Take(new CounterSources(execution, paging, new GuestEventCounters(), new VirtualClock()));
        (string Name, long Value)[] expected =
        [
            ("instructions", 1), ("instructions:u", 2), ("dTLB-loads", 3), ("dTLB-stores", 4), ("iTLB-loads", 5), ("system-calls", 6), ("interrupts", 7),
            ("idle-nanoseconds", 8), ("page-fault-exceptions", 9), ("dTLB-load-misses", 10), ("dTLB-store-misses", 11), ("iTLB-load-misses", 12),
            ("dtlb_load_misses.stlb_hit", 13), ("dtlb_store_misses.stlb_hit", 14), ("itlb_misses.stlb_hit", 15), ("page-walks.4k", 16), ("page-walks.2m", 17),
            ("page-walks.1g", 18), ("page-walks.faulted", 19), ("page-walks.permission", 20), ("page-walks.reads", 21), ("page-walks.writes", 22),
            ("invlpg", 23), ("invpcid", 24), ("cr3-loads", 51), ("cr3-loads.flushing", 25), ("cr3-loads.keeping", 26), ("global-flushes", 27),
        ];
        Assert.All(expected, pair => Assert.Equal((pair.Name, pair.Value), (pair.Name, snapshot[pair.Name])));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
