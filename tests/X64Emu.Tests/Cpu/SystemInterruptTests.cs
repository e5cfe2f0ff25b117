using Iced.Intel;
using X64Emu.Bus;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu;

/// <summary>INTR and NMI, the interrupt shadow, HLT.</summary>
public sealed class SystemInterruptTests
{
    /// <summary>Offers one vector after another and lowers INTR when it has none.</summary>
    private sealed class Controller(Processor processor) : IInterruptController
    {
        private readonly Queue<int> vectors = new();

        public void Raise(int vector)
        {
            vectors.Enqueue(vector);
            processor.InterruptRequest.SetLevel(true);
        }

        public int AcknowledgeInterrupt()
        {
            int vector = vectors.TryDequeue(out int next) ? next : -1;
            if (vectors.Count == 0) processor.InterruptRequest.SetLevel(false);
            return vector;
        }
    }

    private static (SystemMachine Machine, Controller Controller) Create()
    {
        SystemMachine machine = new();
        Controller controller = new(machine.Processor);
        machine.Processor.InterruptController = controller;
        return (machine, controller);
    }

    [Fact]
    public void InterruptRequest_WithInterruptsOn_IsTakenBetweenInstructions()
    {
        (SystemMachine machine, Controller controller) = Create();
        using SystemMachine owned = machine;
        machine.Load(a =>
        {
            Label again = a.CreateLabel();
            a.Label(ref again);
            a.inc(rax);
            a.jmp(again);
        });
        machine.Registers.RFlags = 0x202;
        machine.Machine.Clock.Schedule(5_000, () => controller.Raise(0x31));
        Assert.Equal(0x31, machine.RunToHandler(100_000));
        Assert.InRange(machine.Registers[GeneralRegister.Rax], 2_490UL, 2_600UL);
        Assert.Equal(0x202UL, machine.Pushed(2));
        Assert.Equal(1, machine.Processor.Counters.Interrupts);
        Assert.Equal(0, machine.Processor.Counters.Exceptions.Sum());
    }

    [Fact]
    public void InterruptRequest_WithInterruptsOff_WaitsForTheInstructionBehindSti()
    {
        (SystemMachine machine, Controller controller) = Create();
        using SystemMachine owned = machine;
        controller.Raise(0x32);
        machine.Load(a =>
        {
            a.inc(rax);
            a.sti();
            a.inc(rax);
            a.inc(rax);
        });
        Assert.Equal(0x32, machine.RunToHandler());
        Assert.Equal(2UL, machine.Registers[GeneralRegister.Rax]);
        Assert.Equal(SystemMachine.Code + 7, machine.Pushed(0));
    }

    [Fact]
    public void StiHltCli_TakesTheInterruptInHlt()
    {
        (SystemMachine machine, Controller controller) = Create();
        using SystemMachine owned = machine;
        machine.Load(a =>
        {
            a.sti();
            a.hlt();
            a.cli();
        });
        machine.Machine.Clock.Schedule(1_000_000, () => controller.Raise(0x33));
        Assert.Equal(0x33, machine.RunToHandler());
        Assert.Equal(SystemMachine.Code + 2, machine.Pushed(0));
        Assert.Equal(1_000_000 - 2, machine.Processor.Counters.IdleNanoseconds);
    }

    [Fact]
    public void MovSs_ShadowsInterruptsForOneInstruction()
    {
        (SystemMachine machine, Controller controller) = Create();
        using SystemMachine owned = machine;
        machine.Registers[GeneralRegister.Rcx] = SystemMachine.KernelData;
        machine.Load(a =>
        {
            a.mov(ss, ecx);
            a.inc(rax);
            a.inc(rax);
        });
        machine.Registers.RFlags = 0x202;
        machine.Processor.Run(1);
        controller.Raise(0x34);
        Assert.Equal(0x34, machine.RunToHandler());
        Assert.Equal(1UL, machine.Registers[GeneralRegister.Rax]);
    }

    [Fact]
    public void NonMaskableInterrupt_IsTakenWithInterruptsOff_AndBlockedUntilIret()
    {
        (SystemMachine machine, _) = Create();
        using SystemMachine owned = machine;
        machine.LoadAt(SystemMachine.Code + 0x100, a =>
        {
            a.inc(rbx);
            a.inc(rbx);
            a.iretq();
        });
        machine.SetGate(2, SystemMachine.Code + 0x100);
        machine.Load(a =>
        {
            a.inc(rcx);
            a.hlt();
        });
        Pulse(machine.Processor);
        machine.Processor.Run(1);
        Pulse(machine.Processor);   // while the handler runs: pends
        machine.Processor.Run(1);
        Assert.Equal(2UL, machine.Registers[GeneralRegister.Rbx]);
        Assert.Equal(StopReason.Halted, machine.Processor.Run(100));
        Assert.Equal(4UL, machine.Registers[GeneralRegister.Rbx]);
        Assert.Equal(2, machine.Processor.Counters.Interrupts);
    }

    private static void Pulse(Processor processor)
    {
        processor.NonMaskableInterrupt.SetLevel(true);
        processor.NonMaskableInterrupt.SetLevel(false);
    }

    [Fact]
    public void Halt_WithInterruptsOff_StopsThoughTimersRun()
    {
        (SystemMachine machine, _) = Create();
        using SystemMachine owned = machine;
        machine.Machine.Clock.Schedule(1_000, () => Assert.Fail("nothing advances time"));
        machine.Load(a => a.hlt());
        Assert.Equal(StopReason.Halted, machine.Processor.Run(10));
        Assert.Equal(1, machine.Processor.Counters.Instructions);
    }

    [Fact]
    public void TimeStampCounter_CountsRetiredInstructions()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            a.rdtsc();
            a.mov(r8d, eax);
            a.inc(rbx);
            a.rdtsc();
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(100));
        Assert.Equal(0UL, machine.Registers[GeneralRegister.R8]);
        Assert.Equal(3UL, machine.Registers[GeneralRegister.Rax]);
    }

    [Fact]
    public void TimeStampCounter_Written_GoesOnFromThere()
    {
        using SystemMachine machine = new();
        machine.Registers[GeneralRegister.Rcx] = 0x10;
        machine.Registers[GeneralRegister.Rax] = 1_000;
        machine.Load(a =>
        {
            a.wrmsr();
            a.rdtsc();
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(100));
        Assert.Equal(1_001UL, machine.Registers[GeneralRegister.Rax]);
    }
}
