using Iced.Intel;
using X64Emu.Cpu;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu;

public sealed class SelfModifyingCodeTests
{
    [Fact]
    public void Run_StoreIntoTheNextInstruction_ExecutesTheNewOne()
    {
        (Machine machine, _) = UserModeTests.Load(a =>
        {
            Label target = a.CreateLabel();
            a.lea(rdi, __qword_ptr[target]);
            a.mov(eax, 1);
            a.mov(__byte_ptr[rdi + 1], 42);   // the immediate of the very next instruction
            a.Label(ref target);
            a.mov(eax, 7);
            a.ud2();
        });
        using (machine)
        {
            Assert.Equal(StopReason.Exception, machine.Processor.Run());
            Assert.Equal(42UL, machine.Processor.Registers[GeneralRegister.Rax]);
            Assert.Equal(4, machine.Processor.Counters.Instructions);
        }
    }

    [Fact]
    public void Run_LoopThatPatchesItself_SeesEveryPatch()
    {
        (Machine machine, _) = UserModeTests.Load(a =>
        {
            Label again = a.CreateLabel(), patched = a.CreateLabel();
            a.xor(ebx, ebx);
            a.mov(ecx, 200);
            a.lea(rdi, __qword_ptr[patched]);
            a.Label(ref again);
            a.mov(__dword_ptr[rdi + 1], ecx);
            a.Label(ref patched);
            a.mov(eax, 0);
            a.add(ebx, eax);
            a.sub(ecx, 1);
            a.jne(again);
            a.ud2();
        });
        using (machine)
        {
            Assert.Equal(StopReason.Exception, machine.Processor.Run());
            Assert.Equal(200UL * 201 / 2, machine.Processor.Registers[GeneralRegister.Rbx]);
        }
    }

    [Fact]
    public void Run_CodeWrittenThroughMemoryByADevice_IsDecodedAgain()
    {
        (Machine machine, UserAddressSpace space) = UserModeTests.Load(a =>
        {
            Label self = a.CreateLabel();
            a.Label(ref self);
            a.mov(eax, 1);
            a.jmp(self);
        });
        using (machine)
        {
            Assert.Equal(StopReason.InstructionLimit, machine.Processor.Run(1001));
            Assert.Equal(1UL, machine.Processor.Registers[GeneralRegister.Rax]);
            Assert.True(space.Write(new(0x400001), [9]));
            Assert.Equal(StopReason.InstructionLimit, machine.Processor.Run(1000));
            Assert.Equal(9UL, machine.Processor.Registers[GeneralRegister.Rax]);
        }
    }

    [Fact]
    public void Run_InstructionAcrossPages_ExecutesAndNoticesWritesToItsSecondHalf()
    {
        (Machine machine, UserAddressSpace space) = UserModeTests.Load(a => a.ud2());
        using (machine)
        {
            // mov eax, imm32 with its opcode on the last byte of a page, then jmp back to it.
            Assert.True(space.Write(new(0x400fff), [0xb8, 5, 0, 0, 0, 0xeb, 0xf9]));
            machine.Processor.Registers.Rip = new(0x400fff);
            Assert.Equal(StopReason.InstructionLimit, machine.Processor.Run(100));
            Assert.Equal(5UL, machine.Processor.Registers[GeneralRegister.Rax]);
            Assert.True(space.Write(new(0x401000), [6]));
            Assert.Equal(StopReason.InstructionLimit, machine.Processor.Run(100));
            Assert.Equal(6UL, machine.Processor.Registers[GeneralRegister.Rax]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(1000)]
    [InlineData(100_001)]
    public void Run_WithALimit_RetiresExactlyThatMany(long limit)
    {
        (Machine machine, _) = UserModeTests.Load(a =>
        {
            Label self = a.CreateLabel();
            a.Label(ref self);
            for (int index = 0; index < 17; index++) a.add(rax, 1);
            a.jmp(self);
        });
        using (machine)
        {
            Assert.Equal(StopReason.InstructionLimit, machine.Processor.Run(limit));
            Assert.Equal(limit, machine.Processor.Counters.Instructions);
            Assert.Equal((ulong)(limit / 18 * 17 + Math.Min(limit % 18, 17)), machine.Processor.Registers[GeneralRegister.Rax]);
        }
    }
}
