using Iced.Intel;
using X64Emu.Bus;
using X64Emu.Cpu;
using X64Emu.Cpu.Decode;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu;

/// <summary>MSRs, CPUID, SWAPGS and ports.</summary>
public sealed class SystemRegisterTests
{
    /// <summary>Number, a value it takes, and a value WRMSR refuses (or 0 when it takes all).</summary>
    [Theory]
    [InlineData(0x174u, 0x1234_5678UL, 0UL)]
    [InlineData(0x175u, 0xffff_8000_0000_0000UL, SystemMachine.NonCanonical)]
    [InlineData(0x176u, 0x7fff_ffff_ffffUL, SystemMachine.NonCanonical)]
    [InlineData(0x1a0u, 1UL, 3UL)]
    [InlineData(0x277u, 0x0007_0406_0501_0400UL, 0x02UL)]
    [InlineData(0x2ffu, 0UL, 0xc00UL)]
    [InlineData(0xc000_0080u, 0xd01UL, 0x1d01UL)]
    [InlineData(0xc000_0081u, 0x1111_2222_3333_4444UL, 0UL)]
    [InlineData(0xc000_0082u, 0xffff_ffff_8000_0000UL, SystemMachine.NonCanonical)]
    [InlineData(0xc000_0083u, 0x1000UL, SystemMachine.NonCanonical)]
    [InlineData(0xc000_0084u, 0x4_7700UL, 0x1_0000_0000UL)]
    [InlineData(0xc000_0100u, 0x7fff_0000_0000UL, SystemMachine.NonCanonical)]
    [InlineData(0xc000_0101u, 0xffff_8880_0000_0000UL, SystemMachine.NonCanonical)]
    [InlineData(0xc000_0102u, 0x1000UL, SystemMachine.NonCanonical)]
    [InlineData(0xc000_0103u, 0xffff_ffffUL, 0x1_0000_0000UL)]
    public void ModelSpecificRegister_WrittenByGuest_ReadsBackOrFaults(uint number, ulong value, ulong refused)
    {
        using SystemMachine machine = new();
        machine.Registers[GeneralRegister.Rcx] = number;
        machine.Registers[GeneralRegister.Rax] = value & uint.MaxValue;
        machine.Registers[GeneralRegister.Rdx] = value >> 32;
        machine.Load(a =>
        {
            a.wrmsr();
            a.xor(eax, eax);
            a.xor(edx, edx);
            a.rdmsr();
            a.shl(rdx, 32);
            a.or(rax, rdx);
            a.mov(r15, rax);
            a.mov(eax, (uint)refused);
            a.mov(edx, (uint)(refused >> 32));
            a.wrmsr();
            a.ud2();
        });
        Assert.Equal(refused == 0 ? 6 : 13, machine.RunToHandler());
        Assert.Equal(value, machine.Registers[GeneralRegister.R15]);
        if (refused == 0) return;
        Assert.True(machine.Registers.TryReadMsr(number, out ulong kept));
        Assert.Equal(value, kept);
    }

    [Theory]
    [InlineData(0x1234u)]
    [InlineData(0x48u)]
    [InlineData(0x6e0u)]      // no local APIC here
    public void ModelSpecificRegister_Unknown_Faults(uint number)
    {
        using SystemMachine machine = new();
        machine.Registers[GeneralRegister.Rcx] = number;
        machine.Load(a => a.rdmsr());
        Assert.Equal(13, machine.RunToHandler());
    }

    private sealed class Apic : ILocalApicRegisters
    {
        public byte TaskPriority { get; set; }

        public ulong BaseRegister { get; set; } = 0xfee0_0900;

        public ulong TscDeadline { get; set; }
    }

    [Fact]
    public void LocalApic_IsReachedThroughCr8AndItsModelSpecificRegisters()
    {
        using SystemMachine machine = new();
        Apic apic = new();
        machine.Processor.LocalApic = apic;
        Assert.True(machine.Registers.TryWriteMsr(0x10, 1_000_000));   // the TSC runs a million ahead of virtual time
        machine.Registers[GeneralRegister.R8] = 5;
        machine.Load(a =>
        {
            a.mov(cr8, r8);
            a.mov(ecx, 0x6e0);
            a.mov(eax, 1_500_000);
            a.xor(edx, edx);
            a.wrmsr();
            a.mov(ecx, 0x1b);
            a.mov(eax, 0xfee0_0100);
            a.wrmsr();
            a.mov(eax, 1);
            a.cpuid();
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(100));
        Assert.Equal(0x50, apic.TaskPriority);
        Assert.Equal(500_000UL, apic.TscDeadline);
        Assert.Equal(0xfee0_0100UL, apic.BaseRegister);
        Assert.Equal(0UL, machine.Registers[GeneralRegister.Rdx] & 1 << 9);        // switched off: CPUID says so
        Assert.NotEqual(0UL, machine.Registers[GeneralRegister.Rcx] & 1 << 24);
        Assert.True(machine.Registers.TryReadMsr(0x6e0, out ulong deadline));
        Assert.Equal(1_500_000UL, deadline);
    }

    [Fact]
    public void SwapGs_ExchangesTheBases()
    {
        using SystemMachine machine = new();
        machine.Registers.GsBase = new(0x1111);
        machine.Registers.TryWriteMsr(0xc000_0102, 0x2222);
        machine.Load(a =>
        {
            a.swapgs();
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(10));
        Assert.Equal(0x2222UL, machine.Registers.GsBase.Value);
        Assert.True(machine.Registers.TryReadMsr(0xc000_0102, out ulong kernel));
        Assert.Equal(0x1111UL, kernel);
    }

    /// <summary>Leaf, register (0 EAX .. 3 EDX), bit, and an instruction of that feature.</summary>
    [Theory]
    [InlineData(1u, 3, 4, Code.Rdtsc)]
    [InlineData(1u, 3, 5, Code.Rdmsr)]
    [InlineData(1u, 3, 8, Code.Cmpxchg8b_m64)]
    [InlineData(1u, 3, 11, Code.Sysenter)]
    [InlineData(1u, 3, 15, Code.Cmove_r32_rm32)]
    [InlineData(1u, 3, 23, Code.Paddb_mm_mmm64)]
    [InlineData(1u, 3, 24, Code.Fxsave_m512byte)]
    [InlineData(1u, 3, 25, Code.Addps_xmm_xmmm128)]
    [InlineData(1u, 3, 26, Code.Addpd_xmm_xmmm128)]
    [InlineData(1u, 2, 0, Code.Haddps_xmm_xmmm128)]
    [InlineData(1u, 2, 1, Code.Pclmulqdq_xmm_xmmm128_imm8)]
    [InlineData(1u, 2, 9, Code.Pshufb_xmm_xmmm128)]
    [InlineData(1u, 2, 13, Code.Cmpxchg16b_m128)]
    [InlineData(1u, 2, 19, Code.Pmulld_xmm_xmmm128)]
    [InlineData(1u, 2, 20, Code.Pcmpistri_xmm_xmmm128_imm8)]
    [InlineData(1u, 2, 22, Code.Movbe_r32_m32)]
    [InlineData(1u, 2, 23, Code.Popcnt_r32_rm32)]
    [InlineData(1u, 2, 25, Code.Aesenc_xmm_xmmm128)]
    [InlineData(1u, 2, 30, Code.Rdrand_r32)]
    [InlineData(7u, 1, 3, Code.VEX_Andn_r32_r32_rm32)]
    [InlineData(7u, 1, 10, Code.Invpcid_r64_m128)]
    [InlineData(7u, 1, 18, Code.Rdseed_r32)]
    [InlineData(7u, 1, 20, Code.Clac)]
    [InlineData(0x8000_0001u, 3, 11, Code.Syscall)]
    [InlineData(0x8000_0001u, 3, 27, Code.Rdtscp)]
    [InlineData(0x8000_0001u, 2, 0, Code.Lahf)]
    public void CpuId_Feature_IsOfferedExactlyWhenItsInstructionsExist(uint leaf, int register, int bit, Code code)
    {
        bool offered = (ReadLeaf(leaf)[register] >> bit & 1) != 0;
        Assert.Equal(InstructionTable.Instance[code] is not null, offered);
    }

    [Fact]
    public void CpuId_Names_AreThoseOfTheProcessor()
    {
        uint[] vendor = ReadLeaf(0);
        Assert.Equal("AuthenticAMD", Text(vendor[1], vendor[3], vendor[2]));
        string brand = string.Concat(((uint[])[0x8000_0002, 0x8000_0003, 0x8000_0004]).Select(leaf => Text(ReadLeaf(leaf))));
        Assert.Equal("X64Emu processor", brand.TrimEnd('\0'));
        Assert.Equal(0x302eU, ReadLeaf(0x8000_0008)[0]);
        Assert.Equal([1U, 1U, 1_000_000_000U, 0U], ReadLeaf(0x15));
        Assert.Equal([0U, 0U, 0U, 0U], ReadLeaf(0xe));
    }

    private static string Text(params uint[] words) => string.Concat(words.SelectMany(BitConverter.GetBytes).Select(b => (char)b));

    private static uint[] ReadLeaf(uint leaf)
    {
        using SystemMachine machine = new();
        machine.Registers[GeneralRegister.Rax] = leaf;
        machine.Load(a =>
        {
            a.cpuid();
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(10));
        ProcessorRegisters registers = machine.Registers;
        return
        [
            (uint)registers[GeneralRegister.Rax], (uint)registers[GeneralRegister.Rbx],
            (uint)registers[GeneralRegister.Rcx], (uint)registers[GeneralRegister.Rdx],
        ];
    }

    private sealed class CountingPort : IPortDevice
    {
        public List<uint> Written { get; } = [];

        public uint Read(ushort port, int sizeBytes) => (uint)(0x40 + Written.Count);

        public void Write(ushort port, int sizeBytes, uint value) => Written.Add(value);
    }

    [Fact]
    public void OutsAndIns_Repeated_MoveMemoryToPortAndBack()
    {
        using SystemMachine machine = new();
        CountingPort device = new();
        machine.Machine.Ports.Map(0x300, 1, device);
        machine.Write(SystemMachine.UserData, 0x0403_0201);
        machine.Registers[GeneralRegister.Rdx] = 0x300;
        machine.Registers[GeneralRegister.Rcx] = 4;
        machine.Registers[GeneralRegister.Rsi] = SystemMachine.UserData;
        machine.Registers[GeneralRegister.Rdi] = SystemMachine.UserData + 16;
        machine.Load(a =>
        {
            a.rep.outsb();
            a.mov(ecx, 3);
            a.rep.insb();
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(100));
        Assert.Equal([1U, 2U, 3U, 4U], device.Written);
        Assert.Equal(0x44_4444UL, machine.Read(SystemMachine.UserData + 16));
        Assert.Equal(SystemMachine.UserData + 4, machine.Registers[GeneralRegister.Rsi]);
        Assert.Equal(SystemMachine.UserData + 19, machine.Registers[GeneralRegister.Rdi]);
        Assert.Equal(0UL, machine.Registers[GeneralRegister.Rcx]);
    }

    [Fact]
    public void Ins_IntoAbsentPage_FaultsBeforeTheDeviceIsRead()
    {
        using SystemMachine machine = new();
        CountingPort device = new();
        machine.Machine.Ports.Map(0x300, 1, device);
        machine.Registers[GeneralRegister.Rdx] = 0x300;
        machine.Registers[GeneralRegister.Rcx] = 4;
        machine.Registers[GeneralRegister.Rsi] = SystemMachine.Absent - 2;
        machine.Registers[GeneralRegister.Rdi] = SystemMachine.Absent - 2;
        machine.Load(a => a.rep.outsb());
        Assert.Equal(14, machine.RunToHandler());
        Assert.Equal(2, device.Written.Count);
        Assert.Equal(2UL, machine.Registers[GeneralRegister.Rcx]);
        Assert.Equal(SystemMachine.Absent, machine.Registers[GeneralRegister.Rsi]);
    }

    /// <summary>IOPL, the port's bit in the map, whether the map lies within the limit; and whether OUT is allowed in ring 3.</summary>
    [Theory]
    [InlineData(3, true, false, true)]
    [InlineData(0, false, true, true)]
    [InlineData(0, true, true, false)]
    [InlineData(2, false, false, false)]
    public void Out_FromUserMode_ObeysIoplAndTheMap(int iopl, bool denied, bool mapped, bool allowed)
    {
        using SystemMachine machine = new();
        machine.EnterUser();
        machine.Registers.RFlags = 2 | (ulong)iopl << 12;
        if (mapped) machine.Registers.TaskRegister = machine.Registers.TaskRegister with { Limit = 0x67 + 0x100 };
        machine.Write(SystemMachine.TaskState + 0x68 + 0x10, denied ? 0x1UL : 0xfe);   // ports 0x80..0x87
        machine.Load(a =>
        {
            a.@out(0x80, al);
            a.ud2();
        });
        Assert.Equal(allowed ? 6 : 13, machine.RunToHandler());
    }
}
