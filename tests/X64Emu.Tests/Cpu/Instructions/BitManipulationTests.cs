using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Cpu.Instructions;
using X64Emu.Tests.Cpu.HostDifferential;
using Xunit;

namespace X64Emu.Tests.Cpu.Instructions;

/// <summary>What the comparison with the host's processor does not reach: the paths for other hosts, and one register as both results.</summary>
public sealed class BitManipulationTests
{
    private const int Seed = 217, Cases = 20_000;

    /// <summary>Bit by bit, as the manual's pseudo-code does it (Intel SDM Vol. 2B, PDEP and PEXT).</summary>
    [Fact]
    public void PortableBits_AnyOperands_FollowTheManual()
    {
        Random random = new(Seed);
        for (int number = 0; number < Cases; number++)
        {
            ulong value = (ulong)InstructionForms.Interesting(random), mask = (ulong)InstructionForms.Interesting(random);
            ulong deposited = 0, extracted = 0;
            int taken = 0;
            for (int bit = 0; bit < 64; bit++)
            {
                if ((mask >> bit & 1) == 0) continue;
                deposited |= (value >> taken & 1) << bit;
                extracted |= (value >> bit & 1) << taken;
                taken++;
            }
            Assert.Equal(deposited, PortableBits.Deposit(value, mask));
            Assert.Equal(extracted, PortableBits.Extract(value, mask));
        }
    }

    [Fact]
    public void Mulx_OneRegisterForBothHalves_GetsTheUpperOne()
    {
        using FlatProcessor processor = new();
        processor.Registers[GeneralRegister.Rdx] = ulong.MaxValue;
        processor.Registers[GeneralRegister.Rbx] = 16;
        processor.Load(Instruction.Create(Code.VEX_Mulx_r64_r64_rm64, Register.RAX, Register.RAX, Register.RBX));
        Assert.Null(processor.Run());
        Assert.Equal(15UL, processor.Registers[GeneralRegister.Rax]);
    }
}
