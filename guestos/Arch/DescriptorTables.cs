using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuestOs.Arch;

/// <summary>Segment selectors. SYSRET wants user data 8 below user code (Intel SDM Vol. 2B, SYSRET).</summary>
internal static class Selectors
{
    public const ushort KernelCode = 0x08;
    public const ushort KernelData = 0x10;
    public const ushort UserData = 0x2b;
    public const ushort UserCode = 0x33;
    public const ushort TaskState = 0x40;

    /// <summary>STAR[63:48]: SYSRET loads CS from this + 16 and SS from this + 8.</summary>
    public const ushort SysretBase = 0x23;
}

/// <summary>The GDT and the 64-bit TSS: RSP0 for traps from ring 3, IST 1 for double faults.</summary>
internal static unsafe class DescriptorTables
{
    public const byte DoubleFaultStack = 1;

    private const int StackBytes = 8192;

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct TaskStateSegment
    {
        public uint Reserved0;
        public ulong Rsp0;
        public ulong Rsp1;
        public ulong Rsp2;
        public ulong Reserved1;
        public ulong Ist1;
        public fixed ulong OtherIst[6];
        public ulong Reserved2;
        public ushort Reserved3;
        public ushort IoMapBase;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct TableRegister
    {
        public ushort Limit;
        public ulong Base;
    }

    private struct Gdt
    {
        public fixed ulong Entries[10];
    }

    /// <summary>What GS points to in the kernel; traps.S uses the first two fields.</summary>
    private struct PerCpu
    {
        public ulong KernelStack;
        public ulong UserStackScratch;
    }

    private struct InterruptStack
    {
        public fixed byte Bytes[StackBytes];
    }

    private struct Idt
    {
        public fixed ulong Entries[512];
    }

    private static TaskStateSegment s_taskState;
    private static Gdt s_gdt;
    private static PerCpu s_perCpu;
    private static InterruptStack s_doubleFaultStack;
    private static Idt s_idt;

    /// <summary>Loads GDT, TSS and IDT and points GS at the per-CPU data.</summary>
    public static void Initialize()
    {
        TaskStateSegment* taskState = (TaskStateSegment*)Unsafe.AsPointer(ref s_taskState);
        taskState->Ist1 = ((ulong)Unsafe.AsPointer(ref s_doubleFaultStack) + StackBytes) & ~15UL;
        taskState->IoMapBase = (ushort)sizeof(TaskStateSegment);
        LoadGdt((ulong)taskState);
        LoadIdt();
        Cpu.WriteMsr(Msr.GsBase, (ulong)Unsafe.AsPointer(ref s_perCpu));
        Cpu.WriteMsr(Msr.KernelGsBase, 0);
    }

    /// <summary>Sets the stack the CPU and SYSCALL entry switch to when they leave ring 3.</summary>
    public static void SetKernelStack(ulong top)
    {
        s_taskState.Rsp0 = top;
        s_perCpu.KernelStack = top;
    }

    private static void LoadGdt(ulong taskState)
    {
        ulong* gdt = (ulong*)Unsafe.AsPointer(ref s_gdt);
        gdt[Selectors.KernelCode >> 3] = 0x00af9b000000ffff;
        gdt[Selectors.KernelData >> 3] = 0x00cf93000000ffff;
        gdt[Selectors.UserData >> 3] = 0x00cff3000000ffff;
        gdt[Selectors.UserCode >> 3] = 0x00affb000000ffff;
        ulong limit = (ulong)sizeof(TaskStateSegment) - 1;
        gdt[Selectors.TaskState >> 3] = limit | ((taskState & 0xffffff) << 16) | (0x89UL << 40) | ((taskState >> 24 & 0xff) << 56);
        gdt[(Selectors.TaskState >> 3) + 1] = taskState >> 32;
        TableRegister register;
        register.Limit = (ushort)(sizeof(Gdt) - 1);
        register.Base = (ulong)gdt;
        Cpu.LoadGdt(&register);
        Cpu.LoadTaskRegister(Selectors.TaskState);
    }

    private static void LoadIdt()
    {
        const ulong StubBytes = 16;
        const ulong InterruptGate = 0x8e00UL << 32;
        const ulong UserCallable = 0x6000UL << 32;
        ulong* idt = (ulong*)Unsafe.AsPointer(ref s_idt);
        ulong entry = (ulong)KernelImage.TrapStubs();
        for (int vector = 0; vector < 256; vector++, entry += StubBytes)
        {
            ulong low = (entry & 0xffff) | ((ulong)Selectors.KernelCode << 16) | InterruptGate | ((entry >> 16 & 0xffff) << 48);
            if (vector == 3 || vector == 4) low |= UserCallable;
            if (vector == 8 || vector == 18) low |= (ulong)DoubleFaultStack << 32;
            idt[vector * 2] = low;
            idt[vector * 2 + 1] = entry >> 32;
        }
        TableRegister register;
        register.Limit = (ushort)(sizeof(Idt) - 1);
        register.Base = (ulong)idt;
        Cpu.LoadIdt(&register);
    }
}
