using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Debugging.Running;

/// <summary>Steps, goals, interruptions, ends, and going back.</summary>
public sealed class RunControlTests
{
    [Fact]
    public void Step_SoManyInstructions_RunsThem()
    {
        using BareGuest guest = new(CallTwice);
        StopEvent stop = guest.Session.Step(2);
        Assert.Equal((StopEventReason.Step, guest.Instruction(6), 2), (stop.Reason, stop.Rip, stop.InstructionCount));
        Assert.Throws<ArgumentOutOfRangeException>(() => guest.Session.Step(0));
    }

    [Fact]
    public void Next_AtACall_StopsBehindIt()
    {
        using BareGuest guest = new(CallTwice);
        Assert.Equal(guest.Instruction(1), guest.Session.Next().Rip);
        StopEvent stop = guest.Session.Next();
        Assert.Equal((StopEventReason.Step, guest.Instruction(2)), (stop.Reason, stop.Rip));
        Assert.Equal(1UL, guest.Session.Machine.Processor.Registers[GeneralRegister.Rbx]);
    }

    [Fact]
    public void Next_RecursiveCall_StopsInTheCallersFrame()
    {
        using BareGuest guest = new(Recurse);
        guest.Session.Step(2);                                // in the function, depth 3
        guest.Session.Step(2);                                // at its call of itself
        ulong stack = guest.Session.Machine.Processor.Registers[GeneralRegister.Rsp];
        StopEvent stop = guest.Session.Next();
        Assert.Equal(guest.Instruction(8), stop.Rip);
        Assert.Equal(stack, guest.Session.Machine.Processor.Registers[GeneralRegister.Rsp]);
        Assert.Equal(0UL, guest.Session.Machine.Processor.Registers[GeneralRegister.Rcx]);
    }

    [Fact]
    public void Next_BreakpointInTheFunction_StopsThere()
    {
        using BareGuest guest = new(CallTwice);
        guest.Session.Step();
        guest.Session.Breakpoints.Add(new Breakpoint(guest.Instruction(6)));
        Assert.Equal(StopEventReason.Breakpoint, guest.Session.Next().Reason);
    }

    [Fact]
    public void Finish_InAFunction_StopsAtItsCaller()
    {
        using BareGuest guest = new(Framed);
        guest.Session.Step(4);
        StopEvent? stop = guest.Session.Finish();
        Assert.Equal((StopEventReason.Reached, guest.Instruction(2)), (stop!.Reason, stop.Rip));
    }

    [Fact]
    public void Until_Address_StopsThere()
    {
        using BareGuest guest = new(CallTwice);
        StopEvent stop = guest.Session.Until(guest.Instruction(2));
        Assert.Equal((StopEventReason.Reached, guest.Instruction(2)), (stop.Reason, stop.Rip));
    }

    [Fact]
    public void RunToInstruction_ForwardsAndBackwards_ShowsTheSameState()
    {
        using BareGuest guest = new(CallTwice);
        guest.Session.Breakpoints.Add(new Breakpoint(guest.Instruction(6)));
        List<VirtualAddress> places = [guest.Session.LastStop.Rip];
        while (guest.Session.InstructionCount < 8) places.Add(guest.Session.Step().Rip);
        for (int count = 8; count >= 0; count--)
        {
            StopEvent stop = guest.Session.RunToInstruction(count);
            Assert.Equal((StopEventReason.Reached, places[count], count), (stop.Reason, stop.Rip, stop.InstructionCount));
        }
        Assert.Equal(places[5], guest.Session.RunToInstruction(5).Rip);
        Assert.Equal(StopEventReason.Exited, guest.Session.RunToInstruction(1000).Reason);
        Assert.Equal(places[3], guest.Session.RunToInstruction(3).Rip);
        Assert.Throws<ArgumentOutOfRangeException>(() => guest.Session.RunToInstruction(-1));
    }

    [Fact]
    public void RunToInstruction_Backwards_CountsNoHits()
    {
        using BareGuest guest = new(CallTwice);
        Breakpoint breakpoint = new(guest.Instruction(6));
        guest.Session.Breakpoints.Add(breakpoint);
        guest.Session.Continue();
        guest.Session.Continue();
        guest.Session.RunToInstruction(1);
        Assert.Equal(2, breakpoint.HitCount);
        Assert.Equal(StopEventReason.Breakpoint, guest.Session.Continue().Reason);
    }

    [Fact]
    public async Task Interrupt_FromAnotherThread_StopsAnEndlessLoop()
    {
        using BareGuest guest = new(LoopForever);
        using ManualResetEventSlim isRunning = new();
        guest.Session.Breakpoints.Add(new Breakpoint(guest.Instruction(1)) { Condition = () => { isRunning.Set(); return false; } });
        Task<StopEvent> run = Task.Run(guest.Session.Continue);
        isRunning.Wait();
        guest.Session.Interrupt();
        StopEvent stop = await run.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(StopEventReason.Interrupted, stop.Reason);
        Assert.True(stop.InstructionCount > 0);
        Assert.Equal(StopEventReason.Step, guest.Session.Step().Reason);
    }

    [Fact]
    public void Interrupt_BeforeARun_EndsItAtOnce()
    {
        using BareGuest guest = new(LoopForever);
        guest.Session.Interrupt();
        Assert.Equal((StopEventReason.Interrupted, 0), (guest.Session.Continue().Reason, guest.Session.InstructionCount));
        Assert.Equal(StopEventReason.Step, guest.Session.Step(1000).Reason);
    }

    [Fact]
    public void Continue_InstructionLimit_Stops()
    {
        using BareGuest guest = new(LoopForever, instructionLimit: 1000);
        StopEvent stop = guest.Session.Continue();
        Assert.Equal((StopEventReason.InstructionLimit, 1000), (stop.Reason, stop.InstructionCount));
    }

    [Theory]
    [InlineData(0u, StopEventReason.Exited, 0)]
    [InlineData(42u, StopEventReason.Exited, 42)]
    [InlineData(0x100u, StopEventReason.Panicked, null)]
    public void Continue_DebugExit_IsTheEnd(uint value, StopEventReason reason, int? status)
    {
        using BareGuest guest = new(a => BareGuest.Exit(a, value));
        StopEvent stop = guest.Session.Continue();
        Assert.Equal((reason, status, true), (stop.Reason, stop.ExitStatus, stop.IsEnd));
        Assert.True(guest.Session.HasEnded);
    }

    [Fact]
    public void Continue_HaltWithNothingToWakeIt_IsTheEnd()
    {
        using BareGuest guest = new(a => a.hlt());
        Assert.Equal(StopEventReason.Halted, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Continue_ExceptionWithoutHandlers_IsATripleFault()
    {
        using BareGuest guest = new(a => a.ud2());
        Assert.Equal(StopEventReason.TripleFault, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Continue_ResetLine_IsTheEnd()
    {
        using BareGuest guest = new(a =>
        {
            a.mov(al, 0xfe);
            a.@out(0x64, al);
        });
        Assert.Equal(StopEventReason.Reset, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Run_AfterTheEnd_NeedsARestart()
    {
        using BareGuest guest = new(a => BareGuest.Exit(a, 3));
        guest.Session.Continue();
        Assert.Throws<InvalidOperationException>(guest.Session.Continue);
        Assert.Throws<InvalidOperationException>(() => guest.Session.Step());
        Assert.Throws<InvalidOperationException>(guest.Session.Finish);
        Assert.Equal(3UL, guest.Session.Machine.Processor.Registers[GeneralRegister.Rax]);
        PcMachine before = guest.Session.Machine;
        int replaced = 0;
        guest.Session.MachineReplaced += () => replaced++;
        guest.Session.Restart();
        Assert.NotSame(before, guest.Session.Machine);
        Assert.Equal(1, replaced);
        Assert.Equal(3, guest.Session.Continue().ExitStatus);
    }

    [Fact]
    public void CatchesSignals_ForeignKernel_IsFalse()
    {
        using BareGuest guest = new(CallTwice);
        Assert.False(guest.Session.CatchesSignals);
        guest.Session.Breakpoints.Add(new SignalCatchpoint(null));
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Kill_StandingMachine_EndsIt()
    {
        using BareGuest guest = new(LoopForever);
        guest.Session.Step(10);
        Assert.Equal(StopEventReason.Killed, guest.Session.Kill().Reason);
        Assert.Throws<InvalidOperationException>(guest.Session.Continue);
        guest.Session.Restart();
        Assert.Equal(StopEventReason.Step, guest.Session.Step().Reason);
    }

    /// <summary>Instructions: 0 nop; 1, 2 calls; 3..5 the end; 6 the function.</summary>
    private static void CallTwice(Assembler a)
    {
        Label function = a.CreateLabel();
        a.nop();
        a.call(function);
        a.call(function);
        BareGuest.Exit(a, 0);
        a.Label(ref function);
        a.inc(ebx);
        a.ret();
    }

    /// <summary>Instructions: 0 the depth; 1 call; 2..4 the end; 5 the function, 7 its call of itself.</summary>
    private static void Recurse(Assembler a)
    {
        Label function = a.CreateLabel(), done = a.CreateLabel();
        a.mov(ecx, 3);
        a.call(function);
        BareGuest.Exit(a, 0);
        a.Label(ref function);
        a.dec(ecx);
        a.jz(done);
        a.call(function);
        a.Label(ref done);
        a.ret();
    }

    private static void Framed(Assembler a)
    {
        Label function = a.CreateLabel();
        a.nop();
        a.call(function);
        BareGuest.Exit(a, 0);
        a.Label(ref function);
        a.push(rbp);
        a.mov(rbp, rsp);
        a.nop();
        a.pop(rbp);
        a.ret();
    }

    private static void LoopForever(Assembler a)
    {
        Label again = a.CreateLabel();
        a.Label(ref again);
        a.inc(rbx);
        a.jmp(again);
    }
}
