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
    private const ulong ExecuteDisable = 1UL << 63, PageSize = 0x80;

    /// <summary>Who accesses: the access mode, CPL and EFLAGS.AC.</summary>
    private static readonly (AccessMode Mode, byte Cpl, bool AlignmentCheck)[] Accessors =
    [
        (AccessMode.User, 3, false),
        (AccessMode.User, 3, true),
        (AccessMode.Supervisor, 0, false),
        (AccessMode.SupervisorAlignmentCheck, 0, true),
        (AccessMode.System, 3, false),
        (AccessMode.System, 3, true),
        (AccessMode.System, 0, true),
    ];

    /// <summary>Writes the four entries of <see cref="Address"/> into the machine's tables. A large page is at address 0, a small one at
    /// <see cref="SystemMachine.UserData"/>.</summary>
    private static void SetEntries(SystemMachine machine, ReadOnlySpan<ulong> flags, ulong[] entries)
    {
        ulong table = SystemMachine.Pml4;
        bool mapped = false;
        for (int level = 0; level < 4; level++)
        {
            bool isLarge = level is 1 or 2 && (flags[level] & 0x80) != 0;
            ulong next = isLarge ? 0 : level == 3 ? SystemMachine.UserData : FirstTable + (ulong)level * 4096;
            entries[level] = next | flags[level];
            if (!mapped) machine.Write(table + (Address >> (39 - 9 * level) & 511) * 8, entries[level]);
            mapped |= isLarge;
            table = next;
        }
    }

    private static uint? Access(SystemMachine machine, AccessKind kind, AccessMode mode, byte cpl)
    {
        CpuState* c = machine.Processor.State;
        c->Cpl = cpl;
        machine.Processor.Mmu.InvalidatePage(Address);
        bool succeeded = kind == AccessKind.Fetch
            ? machine.Processor.Mmu.TranslateFetch(Address, out _)
            : machine.Processor.Mmu.TranslateData(Address, kind, mode, stack: false, out _);
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

    /// <summary>Every kind of access by everybody, under one setting of WP, SMEP, SMAP and NXE (the bits of <paramref name="controls"/>).
    /// Returns how many were tried.</summary>
    private static int CheckAll(SystemMachine machine, int controls, ReadOnlySpan<ulong> flags)
    {
        ulong[] entries = new ulong[4];
        int tried = 0;
        foreach ((AccessMode mode, byte cpl, bool alignmentCheck) in Accessors)
        {
            bool isImplicit = mode == AccessMode.System;
            foreach (AccessKind kind in (ReadOnlySpan<AccessKind>)[AccessKind.Read, AccessKind.Write, AccessKind.Fetch])
            {
                if (isImplicit && kind == AccessKind.Fetch) continue;
                SetEntries(machine, flags, entries);   // again each time: accesses set A and D
                OracleAccess access = new(
                    entries, kind == AccessKind.Write, kind == AccessKind.Fetch, cpl == 3, isImplicit, alignmentCheck,
                    (controls & 1) != 0, (controls & 2) != 0, (controls & 4) != 0, (controls & 8) != 0);
                uint? expected = PageFaultOracle.Decide(access), actual = Access(machine, kind, mode, cpl);
                tried++;
                if (expected == actual) continue;
                string listed = string.Join(' ', entries.Select(entry => $"{entry:x}"));
                Assert.Fail($"{access with { Entries = [] }} [{listed}]: {actual}, not {expected}");
            }
        }
        return tried;
    }

    /// <summary>The sixteen settings of WP, SMEP, SMAP and NXE.</summary>
    public static TheoryData<int> AllControls => [.. Enumerable.Range(0, 16)];

    /// <summary>R/W, U/S and XD of every level that takes part: 4096 combinations for 4 KiB pages, 512 for 2 MiB, 64 for 1 GiB.</summary>
    [Theory]
    [MemberData(nameof(AllControls))]
    public void Walk_EveryPermissionCombination_AgreesWithTheManual(int controls)
    {
        using SystemMachine machine = new();
        SetControls(machine, controls);
        Span<ulong> flags = stackalloc ulong[4];
        int tried = 0;
        for (int levels = 2; levels <= 4; levels++)
        {
            for (int combination = 0; combination < 1 << (3 * levels); combination++)
            {
                for (int level = 0; level < 4; level++)
                {
                    int bits = combination >> (3 * level) & 7;
                    flags[level] = 1 | (ulong)(bits & 3) << 1 | ((bits & 4) != 0 ? ExecuteDisable : 0);
                }
                if (levels < 4) flags[levels - 1] |= PageSize;
                tried += CheckAll(machine, controls, flags);
            }
        }
        Assert.Equal((64 + 512 + 4096) * 18, tried);
    }

    /// <summary>Each bit from 7 to 63 alone in the entry of each level, for pages of each size: reserved ones must fault, the others not.</summary>
    [Theory]
    [MemberData(nameof(AllControls))]
    public void Walk_EachSingleBitAtEachLevel_AgreesWithTheManual(int controls)
    {
        using SystemMachine machine = new();
        SetControls(machine, controls);
        Span<ulong> flags = stackalloc ulong[4];
        for (int levels = 2; levels <= 4; levels++)
        {
            for (int level = 0; level < levels; level++)
            {
                for (int bit = 7; bit < 64; bit++)
                {
                    // Address bits of an entry that leads on would lead elsewhere.
                    bool leadsOn = level < levels - 1;
                    if (leadsOn && bit is >= 12 and < 46) continue;
                    if (!leadsOn && levels == 4 && bit is >= 12 and < 46) continue;
                    if (!leadsOn && bit >= (levels == 2 ? 30 : 21) && bit < 46) continue;
                    flags.Fill(7);
                    if (levels < 4) flags[levels - 1] |= PageSize;
                    flags[level] |= 1UL << bit;
                    CheckAll(machine, controls, flags);
                    flags[level] &= ~1UL;   // not present: reserved bits do not matter then
                    CheckAll(machine, controls, flags);
                }
            }
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

    [Fact]
    public void Walk_ThatSucceeds_SetsAccessedEverywhereAndDirtyOnWrites()
    {
        using SystemMachine machine = new();
        ulong[] entries = new ulong[4];
        SetEntries(machine, [7, 7, 7, 7], entries);
        ulong leaf = FirstTable + 0x2000 + (Address >> 12 & 511) * 8;
        Assert.Null(Access(machine, AccessKind.Read, AccessMode.User, 3));
        Assert.Equal(entries[0] | 0x20, machine.Read(SystemMachine.Pml4 + (Address >> 39 & 511) * 8));
        Assert.Equal(entries[3] | 0x20, machine.Read(leaf));
        Assert.Null(Access(machine, AccessKind.Write, AccessMode.User, 3));
        Assert.Equal(entries[3] | 0x60, machine.Read(leaf));
    }

    [Fact]
    public void Walk_ThatFaults_SetsNothing()
    {
        using SystemMachine machine = new();
        ulong[] entries = new ulong[4];
        SetEntries(machine, [7, 7, 7, 5], entries);
        Assert.Equal(7U, Access(machine, AccessKind.Write, AccessMode.User, 3));
        Assert.Equal(entries[0], machine.Read(SystemMachine.Pml4 + (Address >> 39 & 511) * 8));
        Assert.Equal(entries[3], machine.Read(FirstTable + 0x2000 + (Address >> 12 & 511) * 8));
    }
}
