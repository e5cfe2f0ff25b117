using Iced.Intel;
using X64Emu.Cpu;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>Every pair of an event and a fault while it is delivered, against table 6-5 of Intel SDM Vol. 3A, 6.15 (interrupt 8): handled one
/// after the other, a double fault, or, when the double fault cannot be delivered either, shutdown.</summary>
public sealed class DoubleFaultTests
{
    private const int DoubleFault = 8, PageFault = 14;

    /// <summary>Events by vector: how they come about in ring 3.</summary>
    private static readonly Dictionary<int, (Action<Assembler> Code, Action<SystemMachine> Setup)> Events = new()
    {
        [0] = (a => a.div(ecx), m => m.Registers[GeneralRegister.Rcx] = 0),
        [1] = (a => a.nop(), m => m.Registers.RFlags |= RFlags.Trap),
        [3] = (a => a.int3(), _ => { }
        ),
        [6] = (a => a.ud2(), _ => { }
        ),
        [7] = (a => a.fnstcw(__word_ptr[rdi]), m => m.Registers.Cr0 |= 8),
        [11] = (a => a.mov(ds, eax), m =>
        {
            Descriptors.Put(m, Descriptors.Free, Descriptors.UserDataAbsent);
            m.Registers[GeneralRegister.Rax] = Descriptors.Free | 3;
        }
        ),
        [12] = (a => a.mov(rax, __[rbp]), m => m.Registers[GeneralRegister.Rbp] = SystemMachine.NonCanonical),
        [13] = (a => a.hlt(), _ => { }
        ),
        [14] = (a => a.mov(rax, __[rdi]), m => m.Registers[GeneralRegister.Rdi] = SystemMachine.Absent),
        [17] = (a => a.mov(rax, __[rdi + 1]), m =>
        {
            m.Registers.Cr0 |= 0x4_0000;
            m.Registers.RFlags |= RFlags.AlignmentCheck;
        }
        ),
        [0x40] = (a => a.@int(0x40), _ => { }
        ),
    };

    /// <summary>Faults by vector: how a gate is spoilt so that delivery through it raises them.</summary>
    private static readonly Dictionary<int, Action<SystemMachine, int>> Spoilers = new()
    {
        [10] = (m, vector) => Spoil(m, vector, stackTable: 7),
        [11] = (m, vector) => m.SetGate(vector, SystemMachine.Handlers + (ulong)vector * 16, dpl: 3, present: false),
        [12] = (m, vector) => Spoil(m, vector, stackTable: 3),
        [13] = (m, vector) => m.SetGate(vector, SystemMachine.Handlers + (ulong)vector * 16, type: 5, dpl: 3),
        [14] = (m, vector) => Spoil(m, vector, stackTable: 4),
    };

    public static TheoryData<int, int> Pairs
    {
        get
        {
            TheoryData<int, int> pairs = [];
            foreach (int first in Events.Keys)
            {
                foreach (int second in Spoilers.Keys) pairs.Add(first, second);
            }
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void FaultDuringDelivery_EachPair_FollowsTheTable(int first, int second)
    {
        using SystemMachine machine = Prepare(first);
        Spoilers[second](machine, first);
        if (first == second)
        {
            // A gate that raises its own vector does so again and again: contributory faults and page faults end in a double fault at once.
            Assert.Equal(DoubleFault, machine.RunToHandler());
            return;
        }
        int expected = IsDouble(first, second) ? DoubleFault : second;
        Assert.Equal(expected, machine.RunToHandler());
        ulong user = SystemMachine.User;
        if (expected == DoubleFault)
        {
            Assert.Equal(0UL, machine.Pushed(0));
            Assert.Equal(user, machine.Pushed(1));
            Assert.Equal(SystemMachine.UserCode, machine.Pushed(2));
        }
        else
        {
            bool isSoftware = first is 0x40 or 3;
            ulong external = isSoftware ? 0UL : 1;
            ulong code = second switch
            {
                10 => SystemMachine.TaskSelector | external,
                12 => external,
                14 => 2,
                _ => (ulong)first * 8 | 2 | external,
            };
            Assert.Equal(code, machine.Pushed(0));
            Assert.Equal(first == 1 ? user + 1 : user, machine.Pushed(1));
        }
        ulong cr2 = second == PageFault ? StackPage(first) : first == PageFault ? SystemMachine.Absent : 0;
        Assert.Equal(cr2, machine.Registers.Cr2.Value);
    }

    /// <summary>A third fault, while the double fault is delivered, shuts the processor down, whatever kind of fault it is.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public void FaultDuringDoubleFault_EachKind_IsShutdown(int third)
    {
        using SystemMachine machine = Prepare(13);
        Spoilers[11](machine, 13);
        Spoilers[third](machine, DoubleFault);
        Assert.Equal(StopReason.TripleFault, machine.Processor.Run(100));
        Assert.Equal(SystemMachine.User, machine.Registers.Rip.Value);
        Assert.Equal(SystemMachine.UserStack, machine.Registers[GeneralRegister.Rsp]);
        Assert.Equal(3, machine.Registers.PrivilegeLevel);
    }

    /// <summary>A page fault on the way of a contributory fault is handled for itself, and is a page fault for what comes next.</summary>
    [Fact]
    public void PageFaultAfterContributoryFault_ThatFaultsAgain_IsDoubleFault()
    {
        using SystemMachine machine = Prepare(13);
        Spoilers[14](machine, 13);
        Spoilers[11](machine, PageFault);
        Assert.Equal(DoubleFault, machine.RunToHandler());
        Assert.Equal(StackPage(13), machine.Registers.Cr2.Value);
    }

    /// <summary>Benign events on the way fall one after the other, as long as each next one is benign or the first that counts.</summary>
    [Fact]
    public void BenignEvent_WhoseFaultFaults_IsDoubleFaultOfTheFaults()
    {
        using SystemMachine machine = Prepare(6);
        Spoilers[11](machine, 6);
        Spoilers[13](machine, 11);
        Assert.Equal(DoubleFault, machine.RunToHandler());
    }

    /// <summary>Table 6-5: contributory faults are #DE, #TS, #NP, #SS and #GP; INT n is benign whatever its vector.</summary>
    private static bool IsDouble(int first, int second)
    {
        bool firstContributory = first is 0 or (>= 10 and <= 13), secondContributory = second is 0 or (>= 10 and <= 13);
        if (first == PageFault) return secondContributory || second == PageFault;
        return firstContributory && secondContributory;
    }

    private static ulong StackPage(int first)
    {
        int words = first is 10 or 11 or 12 or 13 or 14 or 17 ? 6 : 5;
        return SystemMachine.Absent + 0x1800 - (ulong)words * 8;
    }

    private static SystemMachine Prepare(int vector)
    {
        SystemMachine machine = new();
        machine.EnterUser();
        machine.Registers.RFlags = 2;
        machine.Registers[GeneralRegister.Rdi] = SystemMachine.UserData;
        machine.Write(SystemMachine.EntryOf(SystemMachine.Absent + 0x1000), 0);
        // The stack table: 3 is not canonical, 4 in an absent page, 7 beyond the task state; 1 is for the double fault.
        machine.Write(SystemMachine.TaskState + 0x24 + 2 * 8, SystemMachine.NonCanonical);
        machine.Write(SystemMachine.TaskState + 0x24 + 3 * 8, SystemMachine.Absent + 0x1800);
        machine.Registers.TaskRegister = new SegmentRegister(SystemMachine.TaskSelector, SystemMachine.TaskState, 0x24 + 6 * 8 - 1, 0x8b);
        machine.SetGate(DoubleFault, SystemMachine.Handlers + DoubleFault * 16, stackTable: 1);
        Events[vector].Setup(machine);
        machine.Load(Events[vector].Code);
        return machine;
    }

    private static void Spoil(SystemMachine machine, int vector, int stackTable) =>
        machine.SetGate(vector, SystemMachine.Handlers + (ulong)vector * 16, dpl: 3, stackTable: stackTable);
}
