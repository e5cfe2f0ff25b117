using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Paging;
using X64Emu.Primitives;
using X64Emu.Tests.Cpu;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Paging;

/// <summary>What the TLB remembers, as programs see it: stale entries, global pages, contexts, and counts in both modes.</summary>
public sealed class TlbBehaviourTests
{
    private const ulong Page = SystemMachine.UserData, Other = SystemMachine.UserData + 0x1000, Third = SystemMachine.UserData + 0x2000;
    private static readonly ulong SecondPml4 = 0x90_0000;

    /// <summary>Reads [RDI] into RAX, runs what is between, reads again into RBX, halts.</summary>
    private static (ulong First, ulong Second) ReadTwice(SystemMachine machine, Action<Assembler> between, ulong flags = 7)
    {
        machine.Write(Page, 1);
        machine.Write(Other, 2);
        machine.Write(SystemMachine.EntryOf(Page), Page | flags);
        machine.Registers[GeneralRegister.Rdi] = Page;
        machine.Registers[GeneralRegister.Rsi] = SystemMachine.EntryOf(Page);
        machine.Registers[GeneralRegister.R8] = Other | flags;
        machine.Load(a =>
        {
            a.mov(rax, __[rdi]);
            a.mov(__[rsi], r8);   // the tables now lead to the other page
            between(a);
            a.mov(rbx, __[rdi]);
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(100));
        return (machine.Registers[GeneralRegister.Rax], machine.Registers[GeneralRegister.Rbx]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ChangedEntry_IsStaleUntilInvlpg(bool reference)
    {
        ProcessorOptions options = new() { ReferenceMode = reference, StopOnUnhandledException = false };
        using SystemMachine stale = new(options), fresh = new(options);
        // The tables themselves are mapped: they lie below 2 MiB.
        Assert.Equal((1UL, 1UL), ReadTwice(stale, a => a.inc(rcx)));
        Assert.Equal((1UL, 2UL), ReadTwice(fresh, a => a.invlpg(__[rdi])));
        Assert.Equal(1, fresh.Processor.Paging.Invlpg);
    }

    [Fact]
    public void LoadOfCr3_DropsLocalEntriesAndKeepsGlobalOnes()
    {
        void Reload(Assembler a)
        {
            a.mov(rcx, cr3);
            a.mov(cr3, rcx);
        }
        using SystemMachine local = new(), global = new();
        Assert.Equal((1UL, 2UL), ReadTwice(local, Reload));
        Assert.Equal((1UL, 1UL), ReadTwice(global, Reload, flags: 0x107));
    }

    [Fact]
    public void ChangeOfGlobalPaging_DropsGlobalEntries()
    {
        using SystemMachine machine = new();
        Assert.Equal((1UL, 2UL), ReadTwice(machine, a =>
        {
            a.mov(rcx, cr4);
            a.xor(rcx, 0x80);
            a.mov(cr4, rcx);
        }, flags: 0x107));
    }

    [Theory]
    [InlineData(0, 1UL, true)]     // the address in the current context
    [InlineData(0, 2UL, false)]    // the address in another context
    [InlineData(1, 1UL, true)]
    [InlineData(1, 2UL, false)]
    [InlineData(2, 0UL, true)]
    [InlineData(3, 0UL, true)]
    public void Invpcid_DropsWhatItsTypeSays(int type, ulong context, bool drops)
    {
        using SystemMachine machine = new();
        machine.Registers.Cr4 |= 0x2_0000;
        machine.Registers.Cr3 = SystemMachine.Pml4 | 1;
        machine.Write(0x7000, context);
        machine.Write(0x7008, Page);
        machine.Registers[GeneralRegister.R9] = (ulong)type;
        (ulong first, ulong second) = ReadTwice(machine, a => a.invpcid(r9, __xmmword_ptr[0x7000]));
        Assert.Equal(1UL, first);
        Assert.Equal(drops ? 2UL : 1UL, second);
    }

    [Theory]
    [InlineData(false, 2UL)]
    [InlineData(true, 1UL)]
    public void LoadOfCr3_WithKeepBit_KeepsTheContextsEntries(bool keep, ulong second)
    {
        using SystemMachine machine = new();
        machine.Registers.Cr4 |= 0x2_0000;
        for (ulong entry = 0; entry < 8; entry++) machine.Write(SecondPml4 + entry * 8, machine.Read(SystemMachine.Pml4 + entry * 8));
        machine.Registers.Cr3 = SystemMachine.Pml4 | 1;
        machine.Registers[GeneralRegister.R9] = SecondPml4 | 2;
        machine.Registers[GeneralRegister.R10] = SystemMachine.Pml4 | 1 | (keep ? 1UL << 63 : 0);
        Assert.Equal((1UL, second), ReadTwice(machine, a =>
        {
            a.mov(cr3, r9);
            a.mov(rdx, __[rdi]);   // the other context fills its own entry
            a.mov(cr3, r10);
        }));
        Assert.Equal(2UL, machine.Registers[GeneralRegister.Rdx]);
        Assert.Equal(keep ? 1 : 0, machine.Processor.Paging.Cr3LoadsKeeping);
    }

    [Fact]
    public void FaultingWrite_AfterPermissionsGrew_SucceedsWithoutInvlpg()
    {
        using SystemMachine machine = new();
        machine.Write(SystemMachine.EntryOf(Page), Page | 5);
        machine.Registers[GeneralRegister.Rdi] = Page;
        machine.Registers[GeneralRegister.Rsi] = SystemMachine.EntryOf(Page);
        machine.Registers[GeneralRegister.R8] = Page | 7;
        machine.Load(a =>
        {
            a.mov(rax, __[rdi]);
            a.mov(__[rsi], r8);
            a.mov(__[rdi], r8);
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(100));
        Assert.Equal(Page | 7, machine.Read(Page));
        Assert.Equal(1, machine.Processor.Paging.PermissionWalks);
    }

    [Fact]
    public void WriteAcrossPages_SecondAbsent_FaultsThereAndWritesNothing()
    {
        using SystemMachine machine = new();
        ulong last = SystemMachine.Absent - 8;
        machine.Write(last, 0x1111_1111_1111_1111);
        machine.Registers[GeneralRegister.Rdi] = last + 4;
        machine.Registers[GeneralRegister.Rax] = ulong.MaxValue;
        machine.Load(a => a.mov(__[rdi], rax));
        Assert.Equal(14, machine.RunToHandler());
        Assert.Equal(SystemMachine.Absent, machine.Registers.Cr2.Value);
        Assert.Equal(0x1111_1111_1111_1111UL, machine.Read(last));
    }

    /// <summary>Loads, stores and read-modify-writes at pseudo-random places in 512 pages, some across page borders.</summary>
    private static void WriteRandomProgram(Assembler a, int rounds)
    {
        Label again = a.CreateLabel();
        a.mov(r8d, rounds);
        a.mov(r9, 0x5851_f42d_4c95_7f2d);
        a.mov(r10, SystemMachine.User + 0x8000);
        a.Label(ref again);
        a.imul(r9, r9, 0x0c96_f76d);
        a.add(r9, 0x3c6e_f35f);
        a.mov(rax, r9);
        a.shr(rax, 33);
        a.and(eax, 0x0f_ffff);
        a.mov(rbx, __[r10 + rax]);
        a.mov(__byte_ptr[r10 + rax + 77], bl);
        a.add(__dword_ptr[r10 + rax * 1 + 4095], ebx);
        a.dec(r8d);
        a.jne(again);
        a.hlt();
    }

    /// <summary>Loads from 128 pages, stores to them and calls into 256 others, at pseudo-random places; CR3 is loaded every eighth round.</summary>
    private static void WriteSwitchingProgram(Assembler a, int rounds)
    {
        Label again = a.CreateLabel(), sameTables = a.CreateLabel();
        a.mov(r8d, rounds);
        a.mov(r9, 0x5851_f42d_4c95_7f2d);
        a.mov(r10, UserPage(0));
        a.mov(r11, Page);
        a.mov(r12, cr3);
        a.Label(ref again);
        a.imul(r9, r9, 0x0c96_f76d);
        a.add(r9, 0x3c6e_f35f);
        a.mov(rax, r9);
        a.shr(rax, 33);
        a.mov(ebx, eax);
        a.and(ebx, 0x7_fff8);
        a.add(__[r11 + rbx], rax);
        a.shr(eax, 7);
        a.and(eax, 0x1f_000);
        a.mov(rcx, __[r11 + rax]);
        a.mov(rax, r9);
        a.shr(rax, 43);
        a.and(eax, 0xf_f000);
        a.add(rax, r10);
        a.call(rax);
        a.test(r8d, 7);
        a.jne(sameTables);
        a.mov(cr3, r12);
        a.Label(ref sameTables);
        a.dec(r8d);
        a.jne(again);
        a.hlt();
    }

    private static ulong UserPage(int number) => SystemMachine.User + (ulong)number * 4096;

    [Theory]
    [InlineData("toy")]
    [InlineData("skylake")]
    [InlineData("zen3")]
    public void FastAndReferenceMode_SwitchesAmongGlobalAndLocalPages_CountTheSame(string specification) =>
        AssertCountsAreTheSame(specification, machine =>
        {
            const byte Ret = 0xc3;
            for (int page = 0; page < 384; page++)
            {
                if (page % 3 == 0) machine.Write(SystemMachine.EntryOf(UserPage(page)), UserPage(page) | 0x107);
                if (page < 256) machine.Write(UserPage(page), Ret);
            }
            machine.Load(a => WriteSwitchingProgram(a, 20_000));
        });

    [Theory]
    [InlineData("toy")]
    [InlineData("skylake")]
    [InlineData("zen3")]
    [InlineData("l1i=16x4@4k;l1d=8x2@4k,4x4@2m;l2=32x4@4k+2m;policy=fifo;walkcache=on")]
    public void FastAndReferenceMode_RandomAccesses_CountTheSame(string specification) =>
        AssertCountsAreTheSame(specification, machine => machine.Load(a => WriteRandomProgram(a, 20_000)));

    private static void AssertCountsAreTheSame(string specification, Action<SystemMachine> load)
    {
        List<string> counts = [];
        foreach (bool reference in (bool[])[false, true])
        {
            using SystemMachine machine = new(new ProcessorOptions
            {
                Tlb = TlbSpecification.Parse(specification),
                ReferenceMode = reference,
                StopOnUnhandledException = false,
            });
            load(machine);
            Assert.Equal(StopReason.Halted, machine.Processor.Run());
            PagingCounters paging = machine.Processor.Paging;
            ExecutionCounters executed = machine.Processor.Counters;
            counts.Add(string.Join(' ', typeof(PagingCounters).GetProperties().Select(property => $"{property.Name}={property.GetValue(paging)}"))
                + $" instructions={executed.Instructions} loads={executed.Loads} stores={executed.Stores} fetches={executed.FetchLookups}");
            Assert.True(paging.DataLoadMisses > 100);
        }
        Assert.Equal(counts[1], counts[0]);
    }
}
