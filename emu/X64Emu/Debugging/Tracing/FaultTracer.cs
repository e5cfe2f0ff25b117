using X64Emu.Debugging.Inspection;
using X64Emu.Debugging.Running;
using X64Emu.Devices;

namespace X64Emu.Debugging.Tracing;

/// <summary>A line for each page fault that the guest kernel has dealt with.</summary>
internal sealed class FaultTracer : Tracer
{
    private readonly AddressNamer? namer;

    public FaultTracer(DebugSession session, TextWriter writer, AddressNamer? namer)
        : base(session, writer)
    {
        this.namer = namer;
        Attach();
    }

    private protected override void Attach()
    {
        Session.Faults.Added -= Added;
        Session.Faults.Added += Added;
    }

    private protected override void Detach() => Session.Faults.Added -= Added;

    private void Added(FaultRecord fault)
    {
        string kind = GuestFaultWords.Of(fault.Kind, fault.Traits);
        string origin = (fault.Traits & GuestFaultTraits.FromKernel) != 0 ? " in the kernel" : "";
        string place = namer?.Invoke(fault.Rip) is { } name ? $"{fault.Rip} <{name}>" : $"{fault.Rip}";
        string level = fault.FailedLevel is { } failed ? $", level {failed}" : "";
        string access = fault.Access.ToString().ToLowerInvariant();
        Write($"[pid {fault.Pid}] #{fault.Number} {kind} {access} {fault.Address} at {place}{origin}{level}, instruction {fault.InstructionCount}");
    }
}
