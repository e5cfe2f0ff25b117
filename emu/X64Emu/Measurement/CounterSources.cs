using X64Emu.Bus;
using X64Emu.Cpu;
using X64Emu.Paging;

namespace X64Emu.Measurement;

/// <summary>Everything on a machine that counts.</summary>
/// <param name="Execution">What the processor executed.</param>
/// <param name="Paging">What its MMU did.</param>
/// <param name="Guest">What the guest kernel reported.</param>
/// <param name="Clock">Virtual time.</param>
public sealed record CounterSources(ExecutionCounters Execution, PagingCounters Paging, GuestEventCounters Guest, IVirtualClock Clock);
