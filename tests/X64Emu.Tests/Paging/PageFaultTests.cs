using X64Emu.Cpu;
using X64Emu.Paging;
using X64Emu.Primitives;
using X64Emu.Tests.Cpu;
using Xunit;

namespace X64Emu.Tests.Paging;

/// <summary>The walker's verdict for every combination of entry bits, control bits and kinds of access, against the oracle.</summary>
public sealed unsafe class PageFaultTests
{
    private const ulong Address = 0x1234_5678_9000, FirstTable = 0x80_0000;
    private const ulong ExecuteDisable = 1UL << 63;

    /// <summary>Writes the four entries of <see cref="Address"/> into the machine's tables; the page is <see cref="SystemMachine.UserData"/>.</summary>
    private static void SetEntries(SystemMachine machine, ReadOnlySpan<ulong> flags, ulong[] entries)
    {
        ulong table = SystemMachine.Pml4;
        for (int level = 0; level < 4; level++)
        {
            ulong next = level == 3 ? SystemMachine.UserData : FirstTable + (ulong)level * 4096;
            entries[level] = next | flags[level];
            machine.Write(table + (Address >> (39 - 9 * level) & 511) * 8, entries[level]);
            table = next;
        }
    }

    private static uint? Access(SystemMachine machine, bool write, bool fetch, bool user, bool alignmentCheck)
    {
        CpuState* c = machine.Processor.State;
        c->Cpl = user ? (byte)3 : (byte)0;
        machine.Processor.Mmu.InvalidatePage(Address);
        bool succeeded = fetch
            ? machine.Processor.Mmu.TranslateFetch(Address, out _)
            : machine.Processor.Mmu.TranslateData(
                Address, write ? AccessKind.Write : AccessKind.Read,
                user ? AccessMode.User : alignmentCheck ? AccessMode.SupervisorAlignmentCheck : AccessMode.Supervisor, stack: false, out _);
        if (succeeded) return null;
        Assert.Equal((byte)ExceptionVector.PageFault, c->FaultVector);
        Assert.Equal(Address, c->FaultAddress);
        return c->FaultErrorCode;
    }

    private static void SetControls(SystemMachine machine, int bits)
    {
        ProcessorRegisters registers = machine.Registers;
        registers.Cr0 = 0x8000_0033 | ((bits & 1) != 0 ? 0x1_0000UL : 0);
        registers.Cr4 = 0x6a0 | ((bits & 2) != 0 ? 0x10_0000UL : 0) | ((bits & 4) != 0 ? 0x20_0000UL : 0);
        registers.Efer = 0x101 | ((bits & 8) != 0 ? 0x800UL : 0);
    }

    /// <summary>Every kind of access under every setting of WP, SMEP, SMAP and NXE (the bits of <paramref name="controls"/>).</summary>
    private static void CheckAll(SystemMachine machine, int controls, ReadOnlySpan<ulong> flags)
    {
        ulong[] entries = new ulong[4];
        for (int kind = 0; kind < 3; kind++)
        {
            for (int who = 0; who < 3; who++)
            {
                SetEntries(machine, flags, entries);   // again each time: accesses set A and D
                bool write = kind == 1, fetch = kind == 2, user = who == 0, alignmentCheck = who == 2;
                OracleAccess access = new(
                    entries, write, fetch, user, alignmentCheck, (controls & 1) != 0, (controls & 2) != 0, (controls & 4) != 0, (controls & 8) != 0);
                uint? expected = PageFaultOracle.Decide(access), actual = Access(machine, write, fetch, user, alignmentCheck);
                if (expected == actual) continue;
                string listed = string.Join(' ', entries.Select(entry => $"{entry:x}"));
                Assert.Fail($"{access with { Entries = [] }} [{listed}]: {actual}, not {expected}");
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    public void Walk_EveryPermissionCombination_AgreesWithTheManual(int controls)
    {
        using SystemMachine machine = new();
        SetControls(machine, controls);
        Span<ulong> flags = stackalloc ulong[4];
        // R/W, U/S and XD of four levels: twelve bits.
        for (int combination = 0; combination < 4096; combination++)
        {
            for (int level = 0; level < 4; level++)
            {
                int bits = combination >> (3 * level) & 7;
                flags[level] = 1 | (ulong)(bits & 3) << 1 | ((bits & 4) != 0 ? ExecuteDisable : 0);
            }
            CheckAll(machine, controls, flags);
        }
    }

    [Fact]
    public void Walk_AbsentOrReservedEntryAtEachLevel_AgreesWithTheManual()
    {
        using SystemMachine machine = new();
        Span<ulong> flags = stackalloc ulong[4];
        for (int controls = 0; controls < 16; controls++)
        {
            SetControls(machine, controls);
            for (int level = 0; level < 4; level++)
            {
                foreach (ulong odd in (ReadOnlySpan<ulong>)[0, 6, ExecuteDisable, 7 | 1UL << 46, 7 | 1UL << 51, 1 | 1UL << 49, 7 | ExecuteDisable])
                {
                    flags.Fill(7);
                    flags[level] = odd;
                    CheckAll(machine, controls, flags);
                }
            }
            flags.Fill(7);
            flags[0] |= 0x80;   // PS in a PML4 entry
            CheckAll(machine, controls, flags);
        }
    }

    [Theory]
    [InlineData(1, 1UL << 21)]
    [InlineData(2, 1UL << 13)]
    [InlineData(1, 1UL << 29)]
    [InlineData(2, 1UL << 20)]
    public void LargePage_ReservedAddressBits_Fault(int level, ulong reserved)
    {
        using SystemMachine machine = new();
        ulong[] entries = new ulong[4];
        SetEntries(machine, [7, 7, 7, 7], entries);
        ulong table = level == 1 ? FirstTable : FirstTable + 4096;
        ulong entry = table + (Address >> (39 - 9 * level) & 511) * 8;
        machine.Write(entry, 0x87);
        Assert.Null(Access(machine, write: false, fetch: false, user: true, alignmentCheck: false));
        machine.Write(entry, 0x87 | reserved);
        Assert.Equal(0xdU, Access(machine, write: false, fetch: false, user: true, alignmentCheck: false));
    }

    [Fact]
    public void Walk_ThatSucceeds_SetsAccessedEverywhereAndDirtyOnWrites()
    {
        using SystemMachine machine = new();
        ulong[] entries = new ulong[4];
        SetEntries(machine, [7, 7, 7, 7], entries);
        ulong leaf = FirstTable + 0x2000 + (Address >> 12 & 511) * 8;
        Assert.Null(Access(machine, write: false, fetch: false, user: true, alignmentCheck: false));
        Assert.Equal(entries[0] | 0x20, machine.Read(SystemMachine.Pml4 + (Address >> 39 & 511) * 8));
        Assert.Equal(entries[3] | 0x20, machine.Read(leaf));
        Assert.Null(Access(machine, write: true, fetch: false, user: true, alignmentCheck: false));
        Assert.Equal(entries[3] | 0x60, machine.Read(leaf));
    }

    [Fact]
    public void Walk_ThatFaults_SetsNothing()
    {
        using SystemMachine machine = new();
        ulong[] entries = new ulong[4];
        SetEntries(machine, [7, 7, 7, 5], entries);
        Assert.Equal(7U, Access(machine, write: true, fetch: false, user: true, alignmentCheck: false));
        Assert.Equal(entries[0], machine.Read(SystemMachine.Pml4 + (Address >> 39 & 511) * 8));
        Assert.Equal(entries[3], machine.Read(FirstTable + 0x2000 + (Address >> 12 & 511) * 8));
    }
}
