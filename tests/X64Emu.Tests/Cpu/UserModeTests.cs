using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu;

public sealed class UserModeTests
{
    private const ulong CodeBase = 0x400000, DataBase = 0x500000, StackTop = 0x700000;

    internal static (Machine Machine, UserAddressSpace Space) Load(Action<Assembler> write, ProcessorOptions? options = null)
    {
        Machine machine = new(new MachineOptions { MemoryBytes = 64 << 20, Processor = options ?? new() });
        UserAddressSpace space = machine.EnterUserMode();
        Assembler assembler = new(64);
        write(assembler);
        using MemoryStream code = new();
        assembler.Assemble(new StreamCodeWriter(code), CodeBase);
        space.Map(new(CodeBase), 0x10000, PageRights.Write | PageRights.Execute);
        space.Map(new(DataBase), 0x100000, PageRights.Write);
        space.Map(new(StackTop - 0x10000), 0x10000, PageRights.Write);
        Assert.True(space.Write(new(CodeBase), code.ToArray()));
        machine.Processor.Registers.Rip = new(CodeBase);
        machine.Processor.Registers[GeneralRegister.Rsp] = StackTop;
        return (machine, space);
    }

    [Fact]
    public void Run_CountedLoop_RetiresEveryInstruction()
    {
        (Machine machine, _) = Load(a =>
        {
            Label again = a.CreateLabel();
            a.mov(ecx, 1_000_000);
            a.xor(eax, eax);
            a.Label(ref again);
            a.add(rax, rcx);
            a.sub(ecx, 1);
            a.jne(again);
            a.ud2();
        });
        using (machine)
        {
            Assert.Equal(StopReason.Exception, machine.Processor.Run());
            Assert.Equal(ExceptionVector.InvalidOpcode, machine.Processor.LastException!.Value.Vector);
            Assert.Equal(1_000_000UL * 1_000_001 / 2, machine.Processor.Registers[GeneralRegister.Rax]);
            Assert.Equal(2 + 3 * 1_000_000, machine.Processor.Counters.Instructions);
        }
    }

    /// <summary>Page 0 shares its address with many a sentinel: a misaligned operand there must not look like a translation.</summary>
    [Theory]
    [InlineData(0x1)]
    [InlineData(0xff1)]
    [InlineData(0x18)]
    public void Run_MisalignedOperandInUnmappedPageZero_RaisesGeneralProtection(int address)
    {
        (Machine machine, _) = Load(a =>
        {
            a.mov(eax, address);
            a.movaps(xmm0, __xmmword_ptr[rax]);
        });
        using (machine)
        {
            Assert.Equal(StopReason.Exception, machine.Processor.Run());
            Assert.Equal(ExceptionVector.GeneralProtection, machine.Processor.LastException!.Value.Vector);
        }
    }

    /// <summary>The library example of README.md.</summary>
    [Fact]
    public void Run_UntilASystemCall_LeavesItsArguments()
    {
        using Machine machine = new();
        UserAddressSpace user = machine.EnterUserMode();
        user.Map(new VirtualAddress(0x400000), 4096, PageRights.Execute);
        user.Write(new VirtualAddress(0x400000), [0x48, 0x8d, 0x04, 0x3e, 0x0f, 0x05]);   // lea rax, [rsi + rdi]; syscall
        ProcessorRegisters registers = machine.Processor.Registers;
        registers.Rip = new VirtualAddress(0x400000);
        (registers[GeneralRegister.Rdi], registers[GeneralRegister.Rsi]) = (40, 2);
        machine.Processor.SystemCallHook = () => HookResult.Stop;
        StopReason reason = machine.Processor.Run(1000);
        Assert.Equal("SystemCall: 42", $"{reason}: {registers[GeneralRegister.Rax]}");
    }

    [Fact]
    public void Run_CallsAndMemory_ComputeFibonacci()
    {
        (Machine machine, _) = Load(a =>
        {
            Label fib = a.CreateLabel(), small = a.CreateLabel();
            a.mov(edi, 20);
            a.call(fib);
            a.ud2();
            a.Label(ref fib);
            a.cmp(edi, 2);
            a.jl(small);
            a.push(rbx);
            a.push(rdi);
            a.sub(edi, 1);
            a.call(fib);
            a.mov(ebx, eax);
            a.pop(rdi);
            a.sub(edi, 2);
            a.call(fib);
            a.add(eax, ebx);
            a.pop(rbx);
            a.ret();
            a.Label(ref small);
            a.mov(eax, edi);
            a.ret();
        });
        using (machine)
        {
            Assert.Equal(StopReason.Exception, machine.Processor.Run());
            Assert.Equal(6765UL, machine.Processor.Registers[GeneralRegister.Rax]);
        }
    }

    [Fact]
    public void Run_WriteToUnmappedPage_StopsAtTheInstruction()
    {
        (Machine machine, _) = Load(a =>
        {
            a.mov(rax, 0x1234_5000);
            a.mov(__dword_ptr[rax + 8], 7);
        });
        using (machine)
        {
            Assert.Equal(StopReason.Exception, machine.Processor.Run());
            ExceptionInfo exception = machine.Processor.LastException!.Value;
            Assert.Equal(ExceptionVector.PageFault, exception.Vector);
            Assert.Equal(0x1234_5008UL, exception.Address.Value);
            Assert.Equal(6U, exception.ErrorCode);
            Assert.Equal(machine.Processor.Registers.Rip, exception.InstructionPointer);
        }
    }
}
