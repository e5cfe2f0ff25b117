using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Instructions;

/// <summary>What string instructions do beyond one page: counts, faults in the middle, long runs.</summary>
public sealed class StringTests
{
    private const ulong Data = 0x500000, DataBytes = 0x100000, End = Data + DataBytes;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RepMove_LongRun_RetiresOnceAndCountsEveryElement(bool referenceMode)
    {
        (Machine machine, UserAddressSpace space) = Load(
            a =>
            {
                a.mov(ecx, 200_000);
                a.mov(esi, (uint)Data + 5);
                a.mov(edi, (uint)Data + 0x8_0003);
                a.rep.movsb();
                a.ud2();
            },
            new ProcessorOptions { ReferenceMode = referenceMode });
        using (machine)
        {
            byte[] source = new byte[200_000];
            new Random(1).NextBytes(source);
            space.Write(new(Data + 5), source);
            Assert.Equal(StopReason.Exception, machine.Processor.Run());
            Assert.Equal(4, machine.Processor.Counters.Instructions);
            Assert.Equal(200_000, machine.Processor.Counters.Loads);
            Assert.Equal(200_000, machine.Processor.Counters.Stores);
            byte[] copied = new byte[source.Length];
            space.Read(new(Data + 0x8_0003), copied);
            Assert.Equal(source, copied);
        }
    }

    [Fact]
    public void RepStore_ElementsAcrossPages_CountTwice()
    {
        (Machine machine, _) = Load(a =>
        {
            a.mov(ecx, 1024);
            a.mov(edi, (uint)Data + 4);
            a.rep.stosq();   // 8 KiB from offset 4: two elements lie across a page boundary
            a.ud2();
        });
        using (machine)
        {
            machine.Processor.Run();
            Assert.Equal(1026, machine.Processor.Counters.Stores);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RepMove_FaultInTheMiddle_StopsAtTheElementAndGoesOn(bool backwards)
    {
        (Machine machine, UserAddressSpace space) = Load(a =>
        {
            a.rep.movsw();
            a.ud2();
        });
        using (machine)
        {
            ProcessorRegisters registers = machine.Processor.Registers;
            // 100 words fit before the mapped pages end; the next one faults.
            ulong destination = backwards ? Data + 198 : End - 200;
            registers[GeneralRegister.Rsi] = Data + 0x5_0000;
            registers[GeneralRegister.Rdi] = destination;
            registers[GeneralRegister.Rcx] = 300;
            if (backwards) registers.RFlags |= 0x400;
            List<ExceptionInfo> faults = [];
            machine.Processor.ExceptionHook = info =>
            {
                if (info.Vector != ExceptionVector.PageFault) return HookResult.Stop;
                faults.Add(info);
                Assert.Equal(200UL, registers[GeneralRegister.Rcx]);
                Assert.Equal(info.Address.Value, registers[GeneralRegister.Rdi]);
                Assert.Equal(backwards ? Data + 0x5_0000 - 200 : Data + 0x5_0000 + 200, registers[GeneralRegister.Rsi]);
                space.Map(new(backwards ? Data - 4096 : End), 4096, PageRights.Write);
                return HookResult.Handled;
            };
            machine.Processor.Run();
            ExceptionInfo fault = Assert.Single(faults);
            Assert.Equal(backwards ? Data - 2 : End, fault.Address.Value);
            Assert.Equal(6U, fault.ErrorCode & 6);
            Assert.Equal(0UL, registers[GeneralRegister.Rcx]);
            Assert.Equal(backwards ? destination - 600 : destination + 600, registers[GeneralRegister.Rdi]);
        }
    }

    [Fact]
    public void RepMove_HugeCount_CanBeStopped()
    {
        (Machine machine, _) = Load(a =>
        {
            a.rep.lodsb();
            a.ud2();
        });
        using (machine)
        {
            machine.Processor.Registers[GeneralRegister.Rcx] = ulong.MaxValue;
            machine.Processor.Registers[GeneralRegister.Rsi] = Data;
            int polls = 0;
            machine.Processor.HostPoll = () =>
            {
                if (++polls == 3) machine.Processor.RequestStop();
            };
            machine.Processor.ExceptionHook = _ => HookResult.Stop;
            Assert.Equal(StopReason.Requested, machine.Processor.Run());
            Assert.Equal(0, machine.Processor.Counters.Instructions);
            Assert.True(machine.Processor.Registers[GeneralRegister.Rsi] > Data);
            Assert.Equal(ulong.MaxValue, machine.Processor.Registers[GeneralRegister.Rcx] + (machine.Processor.Registers[GeneralRegister.Rsi] - Data));
        }
    }

    [Fact]
    public void RepStore_OverDecodedCode_DropsIt()
    {
        (Machine machine, _) = Load(a =>
        {
            Iced.Intel.Label patched = a.CreateLabel();
            a.mov(ebx, 2);
            a.xor(edx, edx);
            a.Label(ref patched);
            a.inc(edx);                     // two bytes, NOPs in the second round
            a.mov(ecx, 2);
            a.lea(rdi, __[patched]);
            a.mov(al, 0x90);
            a.rep.stosb();
            a.dec(ebx);
            a.jnz(patched);
            a.ud2();
        });
        using (machine)
        {
            machine.Processor.Run();
            Assert.Equal(1UL, machine.Processor.Registers[GeneralRegister.Rdx]);
            Assert.Equal(2 + 7 + 8, machine.Processor.Counters.Instructions);
        }
    }

    private static (Machine Machine, UserAddressSpace Space) Load(Action<Iced.Intel.Assembler> write, ProcessorOptions? options = null)
    {
        (Machine machine, UserAddressSpace space) = UserModeTests.Load(write, options);
        machine.Processor.ExceptionHook = _ => HookResult.Stop;
        return (machine, space);
    }
}
