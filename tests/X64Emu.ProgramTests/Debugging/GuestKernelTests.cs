using System.Globalization;
using X64Emu.Cpu;
using X64Emu.Debugging.Guest;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>The kernel's structures as the debugger reads them, against what the kernel itself tells the program.</summary>
public sealed class GuestKernelTests
{
    [RequiresToolFact("gcc", "gcc")]
    public void MissingNames_OwnKernel_AreNone()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView();
        Assert.Empty(machine.Guest.MissingNames);
    }

    [RequiresToolFact("gcc", "gcc")]
    public void Areas_OfAProgram_AreThoseOfItsProcMaps()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView();
        string[] printed = [.. machine.Output.Split('\n').Where(line => line.StartsWith("map ", StringComparison.Ordinal)).Select(line => line[4..])];
        IReadOnlyList<GuestArea> areas = machine.Guest.Areas(machine.Parent);
        string[] read = [.. areas.Select(ProcLine)];
        Assert.True(printed.Length > 8, machine.Output);
        Assert.Equal(printed, read);
        Assert.Contains(areas, area => area.Name == "[heap]");
        Assert.Contains(areas, area => area.Name == "[stack]");
        GuestArea vdso = areas.Single(area => area.Name == "[vdso]");
        byte[] magic = new byte[4];
        Assert.True(machine.Memory.ReadPhysical(new PhysicalAddress(machine.Guest.CachedFrame(vdso, vdso.Start)!.Value << 12), magic));
        Assert.Equal([0x7f, (byte)'E', (byte)'L', (byte)'F'], magic);
        Assert.Contains(areas, area => area.Name == "[vvar]" && area.FilePath is null);
    }

    [RequiresToolFact("gcc", "gcc")]
    public void Processes_ParentAndChild_AreDescribed()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView();
        IReadOnlyList<GuestProcess> processes = machine.Guest.Processes;
        GuestProcess parent = machine.Parent;
        GuestProcess child = machine.Child;
        Assert.Equal(("program", GuestProcessState.Sleeping, "/program"), (parent.Name, parent.State, parent.ExecutablePath));
        Assert.Equal((parent.Pid, "program", GuestProcessState.Sleeping), (child.ParentPid, child.Name, child.State));
        Assert.NotEqual(parent.Cr3, child.Cr3);
        Assert.Equal([(child.Pid, child.Pid)], child.Threads.Select(thread => (thread.Id, thread.Pid)));
        Assert.Equal("init", processes[0].Name);
        Assert.True(processes[0].IsKernel);
        ulong resident = (ulong)machine.Memory.PageTables.Scan(child.Cr3!.Value, default, new VirtualAddress((1UL << 47) - 1))
            .Count(page => page.PhysicalBase.Value >> 12 != machine.Guest.ZeroFrame);
        // The page without access is counted and not present.
        Assert.Equal(child.ResidentPages, resident + 1);
        Assert.Equal((0, 0), machine.Guest.CurrentIds);
    }

    [RequiresToolFact("gcc", "gcc")]
    public void Threads_Asleep_TellWhatTheyWaitFor()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView();
        GuestProcess parent = machine.Parent;
        Assert.Equal(2, parent.Threads.Count);
        GuestThread main = parent.Threads.Single(thread => thread.Id == parent.Pid), second = parent.Threads.Single(thread => thread.Id != parent.Pid);
        Assert.Equal(("a child (wait)", 61), (main.WaitsFor, main.UserFrame!.SystemCall));
        Assert.Equal(($"futex 0x{machine.Printed("mutex"):x}", 202), (second.WaitsFor, second.UserFrame!.SystemCall));
        Assert.Equal(machine.Printed("mutex"), second.UserFrame[GeneralRegister.Rdi]);
        Assert.All(parent.Threads, thread => Assert.True(thread.UserFrame!.IsFromUser && thread.State == GuestThreadState.Sleeping));
        IReadOnlyList<GuestArea> areas = machine.Guest.Areas(parent);
        GuestArea code = areas.Single(area => area.Permissions == "r-xp" && area.Name == "/program");
        Assert.All(parent.Threads, thread => Assert.True(code.Contains(thread.UserFrame!.Rip)));
        Assert.Equal(1UL << 11, main.PendingSignals | parent.PendingSignals);
        Assert.Equal(1UL << 11, main.BlockedSignals & 1UL << 11);
    }

    [RequiresToolFact("gcc", "gcc")]
    public void FrameReferences_SharedAndCopiedPages_AreCounted()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView();
        GuestProcess parent = machine.Parent, child = machine.Child;
        ulong Frame(GuestProcess process, ulong offset)
        {
            Assert.True(machine.Memory.TryTranslate(machine.Address("private") + offset, out PhysicalAddress physical, process.Cr3));
            return physical.Value >> 12;
        }
        Assert.NotEqual(Frame(parent, 0), Frame(child, 0));
        Assert.Equal(1U, machine.Guest.FrameReferences(Frame(parent, 0)));
        Assert.Equal(1U, machine.Guest.FrameReferences(Frame(child, 0)));
        Assert.Equal(Frame(parent, 4096), Frame(child, 4096));
        Assert.Equal(2U, machine.Guest.FrameReferences(Frame(parent, 4096)));
        Assert.Equal(machine.Guest.ZeroFrame, Frame(parent, 8192));
        Assert.Null(machine.Guest.FrameReferences(1UL << 40));
    }

    [RequiresToolFact("gcc", "gcc")]
    public void CachedFrame_OfAFileMapping_IsTheMappedOne()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView();
        GuestProcess parent = machine.Parent;
        foreach (string word in (string[])["file", "shared"])
        {
            VirtualAddress address = machine.Address(word);
            GuestArea area = machine.Guest.Areas(parent).Single(area => area.Contains(address));
            Assert.True(machine.Memory.TryTranslate(address, out PhysicalAddress physical, parent.Cr3));
            Assert.Equal(physical.Value >> 12, machine.Guest.CachedFrame(area, address));
        }
    }

    [RequiresToolFact("gcc", "gcc")]
    public void CurrentThread_WhileTheProgramRuns_IsItsOwn()
    {
        using DebuggedMachine machine = new(CompiledProgram.Glibc("memory-view"));
        Assert.Null(machine.Guest.CurrentThread);
        Assert.Empty(machine.Guest.Processes);
        for (int slice = 0; slice < 1000 && machine.Pc.Processor.Registers.PrivilegeLevel != 3; slice++) machine.Pc.Run(10_000);
        GuestThread thread = machine.Guest.CurrentThread!;
        Assert.Equal((2, 2, GuestThreadState.Running, true), (thread.Id, thread.Pid, thread.State, thread.OwnsProcessorState));
        Assert.Equal(machine.Pc.Processor.Registers.Cr3, machine.Guest.CurrentProcess!.Cr3);
        Assert.Equal((2, 2), machine.Guest.CurrentIds);
    }

    [Fact]
    public void TryAttach_OtherImages_GivesNull()
    {
        using PcMachine pc = new(new PcMachineOptions { Machine = new MachineOptions { MemoryBytes = 1 << 20 } });
        X64Emu.Debugging.Memory.DebugMemory memory = new(pc);
        Assert.Null(GuestKernel.TryAttach(pc, memory, []));
        Assert.Null(GuestKernel.TryAttach(pc, memory, new byte[4096]));
        byte[] kernel = File.ReadAllBytes(Repository.Kernel);
        Assert.Null(GuestKernel.TryAttach(pc, memory, kernel[..5000]));
        Assert.NotNull(GuestKernel.TryAttach(pc, memory, kernel));
    }

    /// <summary>The form of proc_pid_maps(5).</summary>
    private static string ProcLine(GuestArea area)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{area.Start.Value:x8}-{area.End.Value:x8} {area.Permissions} {area.FileOffset:x8} "
            + $"{area.Device >> 8:x2}:{area.Device & 0xff:x2} {area.InodeNumber} ");
        return area.Name.Length == 0 ? line : line.PadRight(73) + area.Name;
    }
}
