using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Memory.Reports;
using X64Emu.Debugging.Running;
using X64Emu.Debugging.Running.Reports;
using X64Emu.Devices;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>The reports faults and diff, around the faults of a program that forks.</summary>
public sealed class FaultReportTests
{
    [RequiresToolFact("gcc", "gcc")]
    public void Faults_OfACopyAfterFork_TellKindAddressAndLevel()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(CompiledProgram.Glibc("memory-view"));
        Assert.Equal(["1 page faults so far"], FaultsText.Lines(guest.Session.Faults, 0));
        guest.Session.Breakpoints.Add(new FaultCatchpoint { Kind = GuestFaultKind.CopyOnWrite });
        StopEvent stop = guest.Session.Continue();
        FaultRecord fault = Assert.Single(stop.Hits.OfType<FaultHit>()).Fault;
        IReadOnlyList<string> lines = FaultsText.Lines(guest.Session.Faults, 3, (rip, pid) => $"{pid}:{rip}");
        Assert.Equal(["number", "instruction", "pid", "kind", "access", "address", "walk", "ended", "at", "rip", "in"], Words(lines[0]));
        string last = lines[3];
        Assert.Equal([$"{fault.Number}", $"{fault.InstructionCount}", "2", "cow", "write", $"0x{fault.Address.Value:x16}"], Words(last)[..6]);
        Assert.Equal([$"{fault.Rip}", $"2:{fault.Rip}"], Words(last)[^2..]);
        Assert.Contains(fault.ErrorCode!.Value.IsPresent ? "  PT, no right  " : ", not present  ", last, StringComparison.Ordinal);
        Assert.Equal($"3 of {fault.Number} page faults", lines[4]);
    }

    [RequiresToolFact("gcc", "gcc")]
    public void Diff_AcrossOneFault_ShowsTheNewPage()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(CompiledProgram.Glibc("memory-view"));
        DebugSession session = guest.Session;
        session.Breakpoints.Add(new FaultCatchpoint { Kind = GuestFaultKind.DemandZero });
        session.Continue();
        session.TableChanges.IsEnabled = true;
        StopEvent stop = session.Continue();
        FaultRecord fault = Assert.Single(stop.Hits.OfType<FaultHit>()).Fault;
        GuestProcess process = session.Guest!.CurrentProcess!;
        IReadOnlyList<string> lines = PageTableDiffText.Lines(session.TableChanges, process.Cr3!.Value);
        Assert.StartsWith("changes in the page tables", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith($"0x{fault.Address.PageBase.Value:x16} ", StringComparison.Ordinal)
            && line.Contains("  mapped, ", StringComparison.Ordinal));
        session.Step();
        Assert.StartsWith("nothing has changed", PageTableDiffText.Lines(session.TableChanges, process.Cr3.Value)[0], StringComparison.Ordinal);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
