using System.IO.Pipes;
using System.Text;
using X64Emu.Boot;
using X64Emu.Cpu;
using X64Emu.Debugging.Running;
using X64Emu.Debugging.Symbols;
using X64Emu.Devices;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>Debugging on both sides of the border between program and kernel: faults, signals, source lines, threads, the kernel itself.</summary>
public sealed class BorderTests
{
    private const int UserLevel = 3, KernelLevel = 0;

    [Fact]
    public void RunToInstruction_OfAFault_StandsInFrontOfTheStore()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("cow-fork"), "1");
        guest.Session.Breakpoints.Add(new FaultCatchpoint { Kind = GuestFaultKind.CopyOnWrite, IgnoreCount = 100 });
        FaultRecord fault = Assert.IsType<FaultHit>(Assert.Single(guest.Session.Continue().Hits)).Fault;
        StopEvent stop = guest.Session.RunToInstruction(fault.InstructionCount);
        Assert.Equal((fault.Rip, fault.Pid, UserLevel), (stop.Rip, stop.Pid!.Value, Level(guest)));
        Assert.False(guest.Session.Memory.PageTables.Walk(fault.Address, Cr3(guest)).Mapping!.Value.Permissions.IsWritable);
        Assert.NotEqual(fault.Rip, guest.Session.StepUser().Rip);
        Assert.True(guest.Session.Memory.PageTables.Walk(fault.Address, Cr3(guest)).Mapping!.Value.Permissions.IsWritable);
    }

    [Fact]
    public void Step_IntoAFault_EntersTheKernelAndFinishLeavesIt()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("demand-paging"), "1");
        guest.Session.Breakpoints.Add(new FaultCatchpoint { Kind = GuestFaultKind.DemandZero, IgnoreCount = 20, IsTemporary = true });
        FaultRecord fault = Assert.IsType<FaultHit>(Assert.Single(guest.Session.Continue().Hits)).Fault;
        guest.Session.RunToInstruction(fault.InstructionCount);
        guest.Session.Step();
        Assert.Equal(KernelLevel, Level(guest));
        StopEvent stop = guest.Session.Until(KernelSymbol(guest, "PageFault.Handle"));
        for (int frames = 0; Level(guest) == KernelLevel && frames < 10; frames++) stop = guest.Session.Finish()!;
        Assert.Equal((StopEventReason.Reached, fault.Rip, UserLevel), (stop.Reason, stop.Rip, Level(guest)));
    }

    [Fact]
    public void Next_AtAStoreThatRaisesASignal_StopsInItsHandler()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("signal-segv"));
        guest.Session.Breakpoints.Add(new FaultCatchpoint { Kind = GuestFaultKind.Killed });
        FaultRecord fault = Assert.IsType<FaultHit>(Assert.Single(guest.Session.Continue().Hits)).Fault;
        guest.Session.RunToInstruction(fault.InstructionCount);
        guest.Session.Breakpoints.Clear();
        StopEvent stop = guest.Session.Next();
        Assert.Equal((StopEventReason.Step, guest.Symbol("on_segv")), (stop.Reason, stop.Rip));
    }

    [Fact]
    public void Finish_InAFunction_StopsAtItsCaller()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("cow-fork"), "1");
        guest.Session.Until(guest.Symbol("write_pages"));
        Assert.True(guest.Session.Memory.TryReadUInt64(new VirtualAddress(guest.Session.Machine.Processor.Registers[GeneralRegister.Rsp]), out ulong caller));
        guest.Session.Step(2);
        StopEvent? stop = guest.Session.Finish();
        Assert.Equal((StopEventReason.Reached, caller), (stop!.Reason, stop.Rip.Value));
    }

    [Fact]
    public void StepLine_InAProgram_GoesFromLineToLine()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("cow-fork"), "1");
        guest.Session.Until(guest.Symbol("write_pages"));
        List<int> lines = Lines(guest, 16, "cow-fork.c", "sample.h");
        Assert.Contains(17, lines);   // the loop
        Assert.Contains(18, lines);   // its body, which faults
    }

    [Fact]
    public void StepLine_InTheKernel_GoesFromLineToLine()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("hello"));
        guest.Session.Until(KernelSymbol(guest, "PageFault.Handle"));
        // Clearing a page is assembly.
        Lines(guest, 8, ".cs", ".S");
        Assert.Equal(KernelLevel, Level(guest));
    }

    [Fact]
    public void Continue_WatchedMemoryWrittenByTheKernel_StopsInTheKernel()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("exec-wait"));
        guest.Session.Breakpoints.Add(new Watchpoint(guest.Symbol("self"), 1, WatchAccess.Write));
        StopEvent stop = guest.Session.Continue();
        WatchpointHit hit = Assert.IsType<WatchpointHit>(Assert.Single(stop.Hits));
        Assert.Equal((KernelLevel, "/"), (Level(guest), Encoding.ASCII.GetString(hit.NewValue!)));
        Assert.Equal([0], hit.OldValue!);
    }

    [Fact]
    public void Next_WithOtherThreadsAtTheSameCode_StaysInItsThread()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(CompiledProgram.Glibc("threads"));
        guest.Session.Breakpoints.Add(new Breakpoint(guest.Symbol("work")));
        StopEvent[] stops = [.. Enumerable.Range(0, 4).Select(_ => guest.Session.Continue())];
        Assert.Equal(4, stops.Select(stop => stop.Tid).Distinct().Count());
        Assert.Single(stops.Select(stop => stop.Pid).Distinct());
        guest.Session.Breakpoints.Clear();
        for (int step = 0; step < 2000; step++)
        {
            StopEvent stop = guest.Session.Next();
            Assert.Equal((StopEventReason.Step, stops[3].Tid, UserLevel), (stop.Reason, stop.Tid, Level(guest)));
        }
    }

    [Fact]
    public void Continue_KernelPanic_IsTheEnd()
    {
        byte[] kernel = File.ReadAllBytes(Repository.Kernel);
        using DebugSession session = new(new DebugSessionOptions { CreateMachine = () => Boot(kernel, ""), KernelImage = kernel });
        StopEvent stop = session.Continue();
        Assert.Equal((StopEventReason.Panicked, true, null), (stop.Reason, stop.IsEnd, stop.ExitStatus));
        Assert.Equal("cpu_out32", session.Symbols.Resolve(stop.Rip, null)!.Value.Function);   // the debug exit
    }

    [Fact]
    public async Task Interrupt_WhileTheGuestWaitsForKeys_StopsAndGoesOn()
    {
        TimeSpan patience = TimeSpan.FromMinutes(1);
        byte[] kernel = File.ReadAllBytes(Repository.Kernel), program = File.ReadAllBytes(CompiledProgram.Glibc("read-lines"));
        using AnonymousPipeServerStream keys = new(PipeDirection.Out), screen = new(PipeDirection.In);
        using AnonymousPipeClientStream keyboard = new(PipeDirection.In, keys.ClientSafePipeHandle), display = new(PipeDirection.Out, screen.ClientSafePipeHandle);
        using StreamReader shown = new(screen);
        using DebugSession session = new(new DebugSessionOptions
        {
            CreateMachine = () =>
            {
                InteractiveSerialBackend terminal = new(keyboard, display);
                PcMachine machine = Boot(kernel, "-- /program", terminal, program);
                terminal.HostInputArrived += machine.HostInputArrived;
                terminal.Start();
                return machine;
            },
            KernelImage = kernel,
        });
        using AnonymousPipeServerStream first = keys;   // ends before the keyboard's reader is asked to: it waits in a read
        Task<StopEvent> run = Task.Run(session.Continue);
        Assert.Equal("ready", await shown.ReadLineAsync().WaitAsync(patience));
        await Task.Delay(50);
        session.Interrupt();
        Assert.Equal(StopEventReason.Interrupted, (await run.WaitAsync(patience)).Reason);
        run = Task.Run(session.Continue);
        keys.Write("\u0004"u8);
        StopEvent stop = await run.WaitAsync(patience);
        Assert.Equal((StopEventReason.Exited, 0), (stop.Reason, stop.ExitStatus));
    }

    private static PcMachine Boot(byte[] kernel, string words, ISerialBackend? terminal = null, byte[]? program = null)
    {
        PcMachine machine = new(new PcMachineOptions
        {
            Machine = new MachineOptions { MemoryBytes = 64 << 20 },
            Serial1 = terminal ?? new StreamSerialBackend(Stream.Null, Stream.Null),
        });
        machine.LoadKernel(kernel, "stdio=console " + words, program is null ? [] : [new BootModule(program)]);
        return machine;
    }

    private static int Level(DebuggedGuest guest) => guest.Session.Machine.Processor.Registers.PrivilegeLevel;

    private static ulong Cr3(DebuggedGuest guest) => guest.Session.Machine.Processor.Registers.Cr3;

    private static VirtualAddress KernelSymbol(DebuggedGuest guest, string name) => Assert.Single(guest.Session.Symbols.Lookup(name, null)).Address;

    /// <summary>Steps by line and returns the lines, no two of which in a row are the same.</summary>
    private static List<int> Lines(DebuggedGuest guest, int steps, params IReadOnlyList<string> files)
    {
        List<int> lines = [LineOf(guest, guest.Session.LastStop, files)];
        for (int step = 0; step < steps; step++)
        {
            StopEvent stop = guest.Session.StepLine();
            Assert.Equal(StopEventReason.Step, stop.Reason);
            lines.Add(LineOf(guest, stop, files));
            Assert.NotEqual(lines[^2], lines[^1]);
        }
        return lines;
    }

    private static int LineOf(DebuggedGuest guest, StopEvent stop, IReadOnlyList<string> files)
    {
        SymbolLocation location = guest.Session.Symbols.Resolve(stop.Rip, stop.Pid)!.Value;
        Assert.Contains(files, file => location.SourceFile!.EndsWith(file, StringComparison.Ordinal));
        return location.Line;
    }
}
