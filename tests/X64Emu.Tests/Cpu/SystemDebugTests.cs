using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu;

/// <summary>Single step, DR0-DR7, and the breakpoints of the library's user.</summary>
public sealed class SystemDebugTests
{
    private const ulong StepBit = 0x4000, Dr6Fixed = 0xffff_0ff0;
    private const int Debug = 1;

    [Fact]
    public void TrapFlag_TrapsBehindEachInstruction()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            a.inc(rax);
            a.inc(rax);
        });
        machine.Registers.RFlags = 0x102;
        Assert.Equal(Debug, machine.RunToHandler());
        Assert.Equal(1UL, machine.Registers[GeneralRegister.Rax]);
        Assert.Equal(SystemMachine.Code + 3, machine.Pushed(0));
        Assert.Equal(0x102UL, machine.Pushed(2));   // TF as it was, no RF: a trap
        Assert.Equal(Dr6Fixed | StepBit, machine.Registers.GetDebugRegister(6));
        Assert.Equal(0x2UL, machine.Registers.RFlags & 0x102);
    }

    [Fact]
    public void TrapFlag_RepeatedString_TrapsBehindEachStep()
    {
        using SystemMachine machine = new();
        machine.Registers[GeneralRegister.Rdi] = SystemMachine.UserData;
        machine.Registers[GeneralRegister.Rcx] = 3;
        machine.Load(a =>
        {
            a.rep.stosb();
            a.ud2();
        });
        machine.LoadAt(SystemMachine.Code + 0x100, a =>
        {
            a.inc(rbx);
            a.iretq();
        });
        machine.SetGate(Debug, SystemMachine.Code + 0x100);
        machine.Registers.RFlags = 0x102;
        Assert.Equal(6, machine.RunToHandler());
        Assert.Equal(3UL, machine.Registers[GeneralRegister.Rbx]);
        Assert.Equal(SystemMachine.UserData + 3, machine.Registers[GeneralRegister.Rdi]);
    }

    [Fact]
    public void TrapFlag_OnHlt_EndsTheHalt()
    {
        using SystemMachine machine = new();
        machine.Load(a => a.hlt());
        machine.Registers.RFlags = 0x102;
        Assert.Equal(Debug, machine.RunToHandler());
        Assert.Equal(SystemMachine.Code + 1, machine.Pushed(0));
    }

    [Fact]
    public void TrapFlag_BehindMovSs_WaitsForTheNextInstruction()
    {
        using SystemMachine machine = new();
        machine.Registers[GeneralRegister.Rcx] = SystemMachine.KernelData;
        machine.Load(a =>
        {
            a.mov(ss, ecx);
            a.inc(rax);
        });
        machine.Registers.RFlags = 0x102;
        Assert.Equal(Debug, machine.RunToHandler());
        Assert.Equal(SystemMachine.Code + 5, machine.Pushed(0));
    }

    [Fact]
    public void TrapFlag_SoftwareInterrupt_IsNotStepped()
    {
        using SystemMachine machine = new();
        machine.Load(a => a.@int(0x40));
        machine.Registers.RFlags = 0x102;
        Assert.Equal(0x40, machine.RunToHandler());
    }

    [Fact]
    public void TrapFlag_FaultingInstruction_DeliversTheFaultAlone()
    {
        using SystemMachine machine = new();
        machine.Load(a => a.ud2());
        machine.Registers.RFlags = 0x102;
        Assert.Equal(6, machine.RunToHandler());
        Assert.Equal(Dr6Fixed, machine.Registers.GetDebugRegister(6));
    }

    [Fact]
    public void InstructionBreakpoint_FaultsBeforeIt_AndResumeFlagPassesIt()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            a.inc(rax);
            a.inc(rax);
            a.hlt();
        });
        machine.LoadAt(SystemMachine.Code + 0x100, a =>
        {
            a.inc(rbx);
            a.or(__dword_ptr[rsp + 16], 0x1_0000);
            a.iretq();
        });
        machine.SetGate(Debug, SystemMachine.Code + 0x100);
        machine.Registers.SetDebugRegister(1, SystemMachine.Code + 3);
        machine.Registers.SetDebugRegister(7, 0x4);
        Assert.Equal(StopReason.Halted, machine.Processor.Run(100));
        Assert.Equal(2UL, machine.Registers[GeneralRegister.Rax]);
        Assert.Equal(1UL, machine.Registers[GeneralRegister.Rbx]);
        Assert.Equal(Dr6Fixed | 2, machine.Registers.GetDebugRegister(6));
        Assert.Equal(0UL, machine.Registers.RFlags & 0x1_0000);
    }

    /// <summary>DR7 condition and length fields, the access (a store or load of so many bytes at an offset), and whether it traps.</summary>
    [Theory]
    [InlineData(1, 3, true, 4, 0, true)]
    [InlineData(1, 3, false, 4, 0, false)]
    [InlineData(3, 3, false, 4, 0, true)]
    [InlineData(1, 0, true, 1, 0, true)]
    [InlineData(1, 0, true, 1, 1, false)]
    [InlineData(1, 3, true, 1, 3, true)]
    [InlineData(1, 3, true, 8, -8, false)]
    [InlineData(1, 3, true, 8, -7, true)]
    [InlineData(1, 2, true, 1, 7, true)]
    [InlineData(1, 1, true, 1, 2, false)]
    public void DataBreakpoint_AccessInItsRange_TrapsBehindTheInstruction(int condition, int length, bool store, int bytes, int offset, bool traps)
    {
        using SystemMachine machine = new();
        machine.Registers.SetDebugRegister(0, SystemMachine.UserData);
        machine.Registers.SetDebugRegister(7, 1UL | (ulong)condition << 16 | (ulong)length << 18);
        machine.Registers[GeneralRegister.Rdi] = SystemMachine.UserData + (ulong)offset;
        machine.Load(a =>
        {
            if (bytes == 8) a.mov(__[rdi], rax);
            else if (bytes == 4 && store) a.mov(__[rdi], eax);
            else if (bytes == 4) a.mov(eax, __[rdi]);
            else a.mov(__[rdi], al);
            a.ud2();
        });
        Assert.Equal(traps ? Debug : 6, machine.RunToHandler());
        if (traps) Assert.Equal(Dr6Fixed | 1, machine.Registers.GetDebugRegister(6));
        Assert.True(machine.Pushed(0) > SystemMachine.Code);
    }

    [Fact]
    public void PortBreakpoint_TrapsBehindOut()
    {
        using SystemMachine machine = new();
        machine.Registers.Cr4 |= 8;
        machine.Registers.SetDebugRegister(2, 0x80);
        machine.Registers.SetDebugRegister(7, 0x10 | 2UL << 24);
        machine.Load(a =>
        {
            a.@out(0x81, al);
            a.@out(0x80, al);
        });
        Assert.Equal(Debug, machine.RunToHandler());
        Assert.Equal(SystemMachine.Code + 4, machine.Pushed(0));
        Assert.Equal(Dr6Fixed | 4, machine.Registers.GetDebugRegister(6));
    }

    [Fact]
    public void GeneralDetect_FaultsOnAccessAndClearsItself()
    {
        using SystemMachine machine = new();
        machine.Registers.SetDebugRegister(7, 0x2000);
        machine.Load(a => a.mov(rax, dr0));
        Assert.Equal(Debug, machine.RunToHandler());
        Assert.Equal(SystemMachine.Code, machine.Pushed(0));
        Assert.Equal(Dr6Fixed | 0x2000, machine.Registers.GetDebugRegister(6));
        Assert.Equal(0x400UL, machine.Registers.GetDebugRegister(7));
    }

    [Theory]
    [InlineData(false, -1)]
    [InlineData(true, 6)]
    public void DebugRegister4_IsAnAliasUnlessDebuggingExtensionsAreOn(bool extensions, int vector)
    {
        using SystemMachine machine = new();
        if (extensions) machine.Registers.Cr4 |= 8;
        machine.Load(a =>
        {
            a.mov(rax, dr4);
            a.hlt();
        });
        if (vector < 0)
        {
            Assert.Equal(StopReason.Halted, machine.Processor.Run(10));
            Assert.Equal(Dr6Fixed, machine.Registers[GeneralRegister.Rax]);
        }
        else Assert.Equal(vector, machine.RunToHandler());
    }

    [Fact]
    public void Breakpoint_StopsBeforeTheInstruction_AndRunningOnExecutesIt()
    {
        using SystemMachine machine = new();
        machine.Registers[GeneralRegister.Rcx] = 3;
        ulong inner = 0;
        machine.Load(a =>
        {
            Label again = a.CreateLabel();
            a.inc(rbx);
            a.Label(ref again);
            a.inc(rax);
            a.dec(rcx);
            a.jne(again);
            a.hlt();
        });
        inner = SystemMachine.Code + 6;
        Assert.True(machine.Processor.Breakpoints.Add(new(inner)));
        Assert.False(machine.Processor.Breakpoints.Add(new(inner)));
        for (ulong round = 3; round > 0; round--)
        {
            Assert.Equal(StopReason.Breakpoint, machine.Processor.Run(1000));
            Assert.Equal(inner, machine.Registers.Rip.Value);
            Assert.Equal(round, machine.Registers[GeneralRegister.Rcx]);
            Assert.Equal(4 - round, machine.Registers[GeneralRegister.Rax]);
        }
        Assert.Equal(StopReason.Halted, machine.Processor.Run(1000));
        Assert.Equal(1 + 3 * 3 + 1, machine.Processor.Counters.Instructions);
    }

    [Fact]
    public void Breakpoint_SetAfterTheCodeRan_AndRemoved_TakesEffectAtOnce()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            Label again = a.CreateLabel();
            a.Label(ref again);
            a.inc(rax);
            a.jmp(again);
        });
        Assert.Equal(StopReason.InstructionLimit, machine.Processor.Run(5000));
        machine.Processor.Breakpoints.Add(new(SystemMachine.Code + 3));
        Assert.Equal(StopReason.Breakpoint, machine.Processor.Run(5000));
        Assert.Equal(StopReason.Breakpoint, machine.Processor.Run(5000));
        machine.Processor.Breakpoints.Remove(new(SystemMachine.Code + 3));
        Assert.Equal(StopReason.InstructionLimit, machine.Processor.Run(5000));
    }
}
