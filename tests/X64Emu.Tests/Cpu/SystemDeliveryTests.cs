using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu;

/// <summary>Delivery through the IDT in long mode: vectors, error codes, frames, stacks, and faults on the way.</summary>
public sealed class SystemDeliveryTests
{
    /// <summary>What an instruction raises, from which ring, with which error code (-1: none is pushed).</summary>
    public static TheoryData<string, int, int, long> Faulting => new()
    {
        { "div0", 3, 0, -1 },
        { "ud2", 3, 6, -1 },
        { "ud2", 0, 6, -1 },
        { "hlt", 3, 13, 0 },
        { "int 0x20", 3, 13, 0x102 },
        { "int3", 3, 13, 0x1a },
        { "noncanonical", 3, 13, 0 },
        { "noncanonical stack", 3, 12, 0 },
        { "mov ss, absent selector", 0, 13, 0x1000 },
        { "mov ds, null is fine; jmp far absent code", 0, 11, 0x48 },
        { "read absent", 3, 14, 4 },
        { "write absent", 3, 14, 6 },
        { "fetch absent", 3, 14, 0x14 },
        { "read kernel page", 3, 14, 5 },
        { "cli", 3, 13, 0 },
        { "in", 3, 13, 0 },
        { "wrmsr unknown", 0, 13, 0 },
        { "mov cr0", 3, 13, 0 },
        { "swapgs", 3, 13, 0 },
        { "sysret", 3, 13, 0 },
        { "mov ds, ring 0 segment", 3, 13, 0x10 },
        { "clac", 3, 6, -1 },
    };

    private static void Write(Assembler a, string what)
    {
        switch (what)
        {
            case "div0": a.div(ecx); break;
            case "ud2": a.ud2(); break;
            case "hlt": a.hlt(); break;
            case "int 0x20": a.@int(0x20); break;
            case "int3": a.int3(); break;
            case "noncanonical": a.mov(rax, __[rbx]); break;
            case "noncanonical stack": a.mov(rax, __[rbp]); break;
            case "mov ss, absent selector": a.mov(ss, esi); break;
            case "mov ds, null is fine; jmp far absent code": a.jmp(__fword_ptr[r8]); break;
            case "read absent": a.mov(al, __[rdi]); break;
            case "write absent": a.mov(__[rdi], al); break;
            case "fetch absent": a.jmp(rdi); break;
            case "read kernel page": a.mov(eax, __[r9]); break;
            case "cli": a.cli(); break;
            case "in": a.@in(al, dx); break;
            case "wrmsr unknown": a.wrmsr(); break;
            case "mov cr0": a.mov(cr0, rax); break;
            case "swapgs": a.swapgs(); break;
            case "sysret": a.sysretq(); break;
            case "mov ds, ring 0 segment": a.mov(ds, r10d); break;
            case "clac": a.clac(); break;
            default: throw new ArgumentException(what);
        }
    }

    [Theory]
    [MemberData(nameof(Faulting))]
    public void Fault_EachKind_PushesFrameOfTheInstruction(string what, int ring, int vector, long errorCode)
    {
        using SystemMachine machine = new();
        if (ring == 3) machine.EnterUser();
        ProcessorRegisters registers = machine.Registers;
        machine.Load(a => Write(a, what));
        registers[GeneralRegister.Rcx] = 0;
        registers[GeneralRegister.Rbx] = registers[GeneralRegister.Rbp] = SystemMachine.NonCanonical;
        registers[GeneralRegister.Rsi] = 0x1000;
        registers[GeneralRegister.R10] = SystemMachine.KernelData;
        registers[GeneralRegister.Rdi] = SystemMachine.Absent;
        registers[GeneralRegister.R8] = 0x7000;
        registers[GeneralRegister.R9] = SystemMachine.Code;
        machine.Write(0x7000, 0x48UL << 32);
        registers.RFlags = 0x8d7;
        ulong rip = what == "fetch absent" ? SystemMachine.Absent : registers.Rip.Value;
        ulong stack = registers[GeneralRegister.Rsp];

        Assert.Equal(vector, machine.RunToHandler());

        int first = errorCode < 0 ? 0 : 1;
        if (first == 1) Assert.Equal((ulong)errorCode, machine.Pushed(0));
        Assert.Equal(rip, machine.Pushed(first));
        Assert.Equal(ring == 3 ? SystemMachine.UserCode : SystemMachine.KernelCode, machine.Pushed(first + 1));
        Assert.Equal(0x1_08d7UL, machine.Pushed(first + 2));   // RF is set for faults
        Assert.Equal(stack, machine.Pushed(first + 3));
        Assert.Equal(ring == 3 ? SystemMachine.UserData64 : SystemMachine.KernelData, machine.Pushed(first + 4));
        ulong top = ring == 3 ? SystemMachine.InnerStack : SystemMachine.KernelStack;
        Assert.Equal(top - (ulong)(5 + first) * 8, registers[GeneralRegister.Rsp]);
        Assert.Equal(0, registers.PrivilegeLevel);
        Assert.Equal(SystemMachine.KernelCode, registers.GetSegment(SegmentName.Cs).Selector);
        Assert.Equal(ring == 3 ? 0 : SystemMachine.KernelData, registers.GetSegment(SegmentName.Ss).Selector);
        Assert.Equal(vector == 14 ? (what == "read kernel page" ? SystemMachine.Code : SystemMachine.Absent) : 0, registers.Cr2.Value);
        Assert.Equal(1, machine.Processor.Counters.Exceptions[vector]);
        Assert.Equal(1, machine.Processor.Counters.Exceptions.Sum());
    }

    [Theory]
    [InlineData(14, 0x202UL, 0x2UL)]       // an interrupt gate clears IF
    [InlineData(15, 0x202UL, 0x202UL)]     // a trap gate keeps it
    [InlineData(14, 0x4102UL, 0x2UL)]      // both clear TF and NT
    [InlineData(15, 0x4_0002UL, 0x4_0002UL)]  // and keep AC
    public void SoftwareInterrupt_GateType_DecidesFlags(int type, ulong before, ulong after)
    {
        using SystemMachine machine = new();
        machine.SetGate(0x40, SystemMachine.Code + 0x100, type: type, dpl: 3);
        machine.LoadAt(SystemMachine.Code + 0x100, a => a.ud2());
        machine.Load(a => a.@int(0x40));
        machine.Registers.RFlags = before;
        machine.Processor.ExceptionHook = info => info.Vector == ExceptionVector.InvalidOpcode ? HookResult.Stop : HookResult.Default;
        Assert.Equal(StopReason.Exception, machine.Processor.Run(10));
        Assert.Equal(after, machine.Registers.RFlags);
        Assert.Equal(SystemMachine.Code + 2, machine.Pushed(0));
        Assert.Equal(before, machine.Pushed(2));
        Assert.Equal(1, machine.Processor.Counters.Instructions);
    }

    [Fact]
    public void Interrupt_WithStackTable_SwitchesStackInTheSameRing()
    {
        using SystemMachine machine = new();
        machine.SetGate(6, SystemMachine.Handlers + 6 * 16, stackTable: 1);
        machine.Load(a => a.ud2());
        Assert.Equal(6, machine.RunToHandler());
        Assert.Equal(SystemMachine.FirstInterruptStack - 40, machine.Registers[GeneralRegister.Rsp]);
        Assert.Equal(SystemMachine.KernelStack, machine.Pushed(3));
    }

    [Fact]
    public void Delivery_UnalignedStack_IsAlignedTo16()
    {
        using SystemMachine machine = new();
        machine.Registers[GeneralRegister.Rsp] = SystemMachine.KernelStack - 5;
        machine.Load(a => a.ud2());
        Assert.Equal(6, machine.RunToHandler());
        Assert.Equal(SystemMachine.KernelStack - 16 - 40, machine.Registers[GeneralRegister.Rsp]);
        Assert.Equal(SystemMachine.KernelStack - 5, machine.Pushed(3));
    }

    /// <summary>What is wrong with the gate of #UD, what comes instead, with which error code.</summary>
    public static TheoryData<string, int, ulong> BadGates => new()
    {
        { "not present", 11, 6 * 8 + 3 },
        { "wrong type", 13, 6 * 8 + 3 },
        { "null selector", 13, 1 },
        { "selector beyond the table", 13, 0x1001 },
        { "data segment", 13, SystemMachine.KernelData + 1 },
        { "32-bit code", 13, SystemMachine.KernelCode32 + 1 },
        { "code not present", 11, SystemMachine.AbsentCode + 1 },
        { "non-canonical target", 13, 1 },
    };

    [Theory]
    [MemberData(nameof(BadGates))]
    public void Fault_BadGate_RaisesAnotherWithExternalBit(string what, int vector, ulong errorCode)
    {
        using SystemMachine machine = new();
        ulong handler = SystemMachine.Handlers + 6 * 16;
        switch (what)
        {
            case "not present": machine.SetGate(6, handler, present: false); break;
            case "wrong type": machine.SetGate(6, handler, type: 12); break;
            case "null selector": machine.SetGate(6, handler, selector: 0); break;
            case "selector beyond the table": machine.SetGate(6, handler, selector: 0x1000); break;
            case "data segment": machine.SetGate(6, handler, selector: SystemMachine.KernelData); break;
            case "32-bit code": machine.SetGate(6, handler, selector: SystemMachine.KernelCode32); break;
            case "code not present": machine.SetGate(6, handler, selector: SystemMachine.AbsentCode); break;
            case "non-canonical target": machine.SetGate(6, SystemMachine.NonCanonical); break;
            default: throw new ArgumentException(what);
        }
        machine.Load(a => a.ud2());
        Assert.Equal(vector, machine.RunToHandler());
        Assert.Equal(errorCode, machine.Pushed(0));
        Assert.Equal(SystemMachine.Code, machine.Pushed(1));
    }

    [Fact]
    public void SoftwareInterrupt_BeyondTheTable_NamesTheGateWithoutExternalBit()
    {
        using SystemMachine machine = new();
        machine.Registers.Idtr = new DescriptorTable(SystemMachine.Idt, 14 * 16 - 1);
        machine.Load(a => a.@int(0x40));
        Assert.Equal(13, machine.RunToHandler());
        Assert.Equal(0x202UL, machine.Pushed(0));
    }

    [Fact]
    public void ContributoryFault_DuringContributoryFault_IsDoubleFault()
    {
        using SystemMachine machine = new();
        machine.SetGate(13, 0, present: false);
        machine.SetGate(8, SystemMachine.Handlers + 8 * 16, stackTable: 1);
        machine.Load(a => a.wrmsr());
        machine.Registers[GeneralRegister.Rcx] = 0x1234;
        Assert.Equal(8, machine.RunToHandler());
        Assert.Equal(0UL, machine.Pushed(0));
        Assert.Equal(SystemMachine.Code, machine.Pushed(1));
        Assert.Equal(1, machine.Processor.Counters.Exceptions[8]);
        Assert.Equal(0, machine.Processor.Counters.Exceptions[13]);
    }

    [Fact]
    public void PageFault_OnItsOwnStack_IsDoubleFaultWithCr2OfTheStack()
    {
        using SystemMachine machine = new();
        machine.SetGate(8, SystemMachine.Handlers + 8 * 16, stackTable: 1);
        machine.Registers[GeneralRegister.Rsp] = SystemMachine.Absent + 0x800;
        machine.Load(a => a.push(rax));
        Assert.Equal(8, machine.RunToHandler());
        Assert.Equal(SystemMachine.Absent + 0x800 - 48, machine.Registers.Cr2.Value);
        Assert.Equal(SystemMachine.Absent + 0x800, machine.Pushed(4));
    }

    [Fact]
    public void DoubleFault_ThatCannotBeDelivered_IsTripleFault()
    {
        using SystemMachine machine = new();
        machine.Registers[GeneralRegister.Rsp] = SystemMachine.Absent + 0x800;
        machine.Load(a => a.push(rax));
        Assert.Equal(StopReason.TripleFault, machine.Processor.Run(10));
        Assert.Equal(ExceptionVector.PageFault, machine.Processor.LastException!.Value.Vector);
        Assert.Equal(SystemMachine.Code, machine.Registers.Rip.Value);
        Assert.Equal(SystemMachine.Absent + 0x800, machine.Registers[GeneralRegister.Rsp]);
        Assert.Equal(0, machine.Processor.Counters.Exceptions.Sum());
    }

    [Fact]
    public void PageFault_DuringBenignException_ReplacesIt()
    {
        using SystemMachine machine = new();
        machine.SetGate(14, SystemMachine.Handlers + 14 * 16, stackTable: 1);
        machine.Registers[GeneralRegister.Rsp] = SystemMachine.Absent + 0x800;
        machine.Load(a => a.ud2());
        Assert.Equal(14, machine.RunToHandler());
        Assert.Equal(2UL, machine.Pushed(0));   // a supervisor write to an absent page
    }

    [Fact]
    public void Fault_FromUserMode_WithoutTaskState_IsDoubleFault()
    {
        using SystemMachine machine = new();
        machine.EnterUser();
        machine.Registers.TaskRegister = default;
        machine.Load(a => a.hlt());
        // #GP needs a stack, the missing task state makes it #TS, both contributory; #DF needs the stack as well.
        Assert.Equal(StopReason.TripleFault, machine.Processor.Run(10));
    }

    [Fact]
    public void NonCanonicalInnerStack_RaisesStackFault()
    {
        using SystemMachine machine = new();
        machine.EnterUser();
        machine.Write(SystemMachine.TaskState + 4, SystemMachine.NonCanonical);
        machine.SetGate(12, SystemMachine.Handlers + 12 * 16, stackTable: 1);
        machine.Load(a => a.ud2());
        Assert.Equal(12, machine.RunToHandler());
        Assert.Equal(1UL, machine.Pushed(0));
        Assert.Equal(SystemMachine.UserCode, machine.Pushed(2));
    }

    [Fact]
    public void SoftwareInterrupt_FromUserMode_NeedsGateOfRing3()
    {
        using SystemMachine machine = new();
        machine.EnterUser();
        machine.SetGate(0x80, SystemMachine.Handlers + 0x80 * 16, dpl: 3);
        machine.Load(a => a.@int(0x80));
        Assert.Equal(0x80, machine.RunToHandler());
        Assert.Equal(SystemMachine.User + 2, machine.Pushed(0));
        Assert.Equal(2UL, machine.Pushed(2));   // no RF: the instruction is done
    }

    [Fact]
    public void Int1_FromUserMode_IgnoresGatePrivilege()
    {
        using SystemMachine machine = new();
        machine.EnterUser();
        machine.Load(a => a.int1());
        Assert.Equal(1, machine.RunToHandler());
        Assert.Equal(SystemMachine.User + 1, machine.Pushed(0));
    }

    [Fact]
    public void ConformingHandler_FromUserMode_StaysInRing3()
    {
        using SystemMachine machine = new();
        machine.EnterUser();
        machine.SetGate(0x50, SystemMachine.User + 0x100, selector: SystemMachine.ConformingCode, dpl: 3);
        machine.LoadAt(SystemMachine.User + 0x100, a => a.hlt());
        machine.Load(a => a.@int(0x50));
        Assert.Equal(13, machine.RunToHandler());   // HLT in ring 3
        Assert.Equal(SystemMachine.User + 0x100, machine.Pushed(1));
        Assert.Equal(SystemMachine.ConformingCode | 3UL, machine.Pushed(2));
        Assert.Equal(SystemMachine.UserStack - 40, machine.Pushed(4));
    }

    [Fact]
    public void Exception_WithoutDescriptorTable_StopsOrShutsDownByOption()
    {
        using SystemMachine library = new(new ProcessorOptions()), hardware = new();
        foreach (SystemMachine machine in (SystemMachine[])[library, hardware])
        {
            machine.Registers.Idtr = default;
            machine.Load(a => a.ud2());
        }
        Assert.Equal(StopReason.Exception, library.Processor.Run(10));
        Assert.Equal(SystemMachine.Code, library.Registers.Rip.Value);
        Assert.Equal(StopReason.TripleFault, hardware.Processor.Run(10));
    }

    [Fact]
    public void ExceptionHook_Handled_RunsTheInstructionAgain()
    {
        using SystemMachine machine = new();
        machine.EnterUser();
        machine.Load(a =>
        {
            a.mov(eax, __[rdi]);
            a.hlt();
        });
        machine.Registers[GeneralRegister.Rdi] = SystemMachine.Absent;
        int asked = 0;
        machine.Processor.ExceptionHook = info =>
        {
            if (info.Vector != ExceptionVector.PageFault) return HookResult.Default;
            asked++;
            Assert.Equal(SystemMachine.Absent, info.Address.Value);
            machine.Write(SystemMachine.EntryOf(SystemMachine.Absent), SystemMachine.UserData | 7);
            machine.Write(SystemMachine.UserData, 77);
            return HookResult.Handled;
        };
        Assert.Equal(13, machine.RunToHandler());
        Assert.Equal(1, asked);
        Assert.Equal(77UL, machine.Registers[GeneralRegister.Rax]);
        Assert.Equal(0UL, machine.Registers.Cr2.Value);   // nothing was delivered
    }

    [Fact]
    public void ExceptionHook_StopAtInt3_LeavesRipAtTheInstruction()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            a.inc(rax);
            a.int3();
        });
        machine.Processor.ExceptionHook = _ => HookResult.Stop;
        Assert.Equal(StopReason.Exception, machine.Processor.Run(10));
        Assert.Equal(SystemMachine.Code + 3, machine.Registers.Rip.Value);
        Assert.Equal(1, machine.Processor.Counters.Instructions);
        machine.Processor.ExceptionHook = _ => HookResult.Handled;
        machine.LoadAt(SystemMachine.Code + 4, a => a.hlt());
        Assert.Equal(StopReason.Halted, machine.Processor.Run(10));
        Assert.Equal(3, machine.Processor.Counters.Instructions);
    }
}
