using System.Buffers.Binary;
using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Tests.Cpu;

/// <summary>
/// A machine in long mode with descriptor tables, a task state and page tables in its memory, as a small kernel would set them up. The
/// handler of vector n is one HLT at <see cref="Handlers"/> + 16 n, so a delivered event halts the processor there.
/// </summary>
internal sealed class SystemMachine : IDisposable
{
    public const ulong Gdt = 0x2000, Idt = 0x3000, TaskState = 0x5000, Handlers = 0x8000;
    public const ulong Pml4 = 0x1_0000, Pdpt = 0x1_1000, Directory = 0x1_2000, Table = 0x1_3000;
    public const ulong KernelStack = 0x3_0000, InnerStack = 0x4_0000, FirstInterruptStack = 0x5_0000, Code = 0x6_0000;

    /// <summary>2 MiB of memory for user mode, mapped by <see cref="Table"/> in 4 KiB pages.</summary>
    public const ulong User = 0x20_0000, UserStack = User + 0x8_0000, UserData = User + 0x10_0000;

    /// <summary>Inside <see cref="User"/>, and not present.</summary>
    public const ulong Absent = User + 0x18_0000;

    public const ushort KernelCode = 0x08, KernelData = 0x10, UserCode32 = 0x1b, UserData64 = 0x23, UserCode = 0x2b, TaskSelector = 0x30;
    public const ushort ConformingCode = 0x40, AbsentCode = 0x48, KernelCode32 = 0x50, CallGate = 0x58, ReadOnlyData = 0x68;
    public const ushort GdtLimit = 0x6f;

    public const ulong NonCanonical = 0x8000_0000_0000;

    public SystemMachine(ProcessorOptions? options = null)
    {
        Machine = new Machine(new MachineOptions { MemoryBytes = 16 << 20, Processor = options ?? new ProcessorOptions { StopOnUnhandledException = false } });
        WriteTables();
        Processor.EnterProtectedMode();
        Registers.Cr4 = 0x6a0;   // PAE, PGE, OSFXSR, OSXMMEXCPT
        Registers.Efer = 0x901;  // SCE, LME, NXE
        Registers.Cr3 = Pml4;
        Registers.Cr0 = 0x8001_0033;
        Registers.Gdtr = new DescriptorTable(Gdt, GdtLimit);
        Registers.Idtr = new DescriptorTable(Idt, 0xfff);
        Registers.TaskRegister = new SegmentRegister(TaskSelector, TaskState, 0x67, 0x8b);
        EnterKernel();
    }

    public Machine Machine { get; }

    public Processor Processor => Machine.Processor;

    public ProcessorRegisters Registers => Machine.Processor.Registers;

    /// <summary>CPL 0, 64-bit code, RSP at <see cref="KernelStack"/>, RIP at <see cref="Code"/>, interrupts off.</summary>
    public void EnterKernel()
    {
        Registers.SetSegment(SegmentName.Cs, new SegmentRegister(KernelCode, 0, uint.MaxValue, 0xa09b));
        Registers.SetSegment(SegmentName.Ss, new SegmentRegister(KernelData, 0, uint.MaxValue, 0xc093));
        Registers.RFlags = 2;
        Registers[GeneralRegister.Rsp] = KernelStack;
        Registers.Rip = new(Code);
    }

    /// <summary>CPL 3, 64-bit code, RSP at <see cref="UserStack"/>, RIP at <see cref="User"/>.</summary>
    public void EnterUser()
    {
        Registers.SetSegment(SegmentName.Cs, new SegmentRegister(UserCode, 0, uint.MaxValue, 0xa0fb));
        Registers.SetSegment(SegmentName.Ss, new SegmentRegister(UserData64, 0, uint.MaxValue, 0xc0f3));
        Registers.RFlags = 2;
        Registers[GeneralRegister.Rsp] = UserStack;
        Registers.Rip = new(User);
    }

    /// <summary>Puts code where RIP is.</summary>
    public void Load(Action<Assembler> write, int bits = 64) => LoadAt(Registers.Rip.Value, write, bits);

    /// <summary>Puts code at an address; returns the address behind it.</summary>
    public ulong LoadAt(ulong address, Action<Assembler> write, int bits = 64)
    {
        Assembler assembler = new(bits);
        write(assembler);
        using MemoryStream code = new();
        assembler.Assemble(new StreamCodeWriter(code), address);
        Machine.Memory.Write(new(address), code.ToArray());
        return address + (ulong)code.Length;
    }

    /// <summary>Runs until the handler of some vector halts, and returns the vector.</summary>
    public int RunToHandler(long instructions = 1000)
    {
        StopReason reason = Processor.Run(instructions);
        if (reason != StopReason.Halted) throw new InvalidOperationException($"stopped because of {reason} at {Registers.Rip}");
        ulong offset = Registers.Rip.Value - 1 - Handlers;
        if (offset >= 4096 || offset % 16 != 0) throw new InvalidOperationException($"halted at {Registers.Rip}, which is no handler");
        return (int)(offset / 16);
    }

    /// <summary>The quadwords an event pushed, from the stack pointer up.</summary>
    public ulong Pushed(int index) => Read(Registers[GeneralRegister.Rsp] + (ulong)index * 8);

    public ulong Read(ulong address)
    {
        byte[] bytes = new byte[8];
        Machine.Memory.Read(new(address), bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public void Write(ulong address, ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Machine.Memory.Write(new(address), bytes);
    }

    /// <summary>Writes a 64-bit gate.</summary>
    public void SetGate(int vector, ulong target, ushort selector = KernelCode, int type = 14, int dpl = 0, int stackTable = 0, bool present = true)
    {
        ulong attributes = (ulong)(stackTable | type << 8 | dpl << 13 | (present ? 0x8000 : 0));
        Write(Idt + (ulong)vector * 16, target & 0xffff | (ulong)selector << 16 | attributes << 32 | (target >> 16 & 0xffff) << 48);
        Write(Idt + (ulong)vector * 16 + 8, target >> 32);
    }

    /// <summary>The address of the page-table entry for a page of <see cref="User"/>.</summary>
    public static ulong EntryOf(ulong address) => Table + (address - User >> 12) * 8;

    private void WriteTables()
    {
        Write(Gdt + KernelCode, 0x00af_9b00_0000_ffff);
        Write(Gdt + KernelData, 0x00cf_9300_0000_ffff);
        Write(Gdt + (UserCode32 & ~3), 0x00cf_fb00_0000_ffff);
        Write(Gdt + (UserData64 & ~3), 0x00cf_f300_0000_ffff);
        Write(Gdt + (UserCode & ~3), 0x00af_fb00_0000_ffff);
        Write(Gdt + TaskSelector, 0x0000_8b00_0000_0067 | TaskState << 16);
        Write(Gdt + ConformingCode, 0x00af_9f00_0000_ffff);
        Write(Gdt + AbsentCode, 0x00af_1b00_0000_ffff);
        Write(Gdt + KernelCode32, 0x00cf_9b00_0000_ffff);
        Write(Gdt + CallGate, 0x0000_ec00_0008_0000 | Handlers & 0xffff);
        Write(Gdt + ReadOnlyData, 0x00cf_f100_0000_ffff);
        Write(TaskState + 4, InnerStack);
        Write(TaskState + 0x24, FirstInterruptStack);
        Write(TaskState + 0x60, 0x68UL << 48);   // the I/O map lies beyond the limit: no ports for user mode
        for (int vector = 0; vector < 256; vector++)
        {
            SetGate(vector, Handlers + (ulong)vector * 16);
            Machine.Memory.Write(new(Handlers + (ulong)vector * 16), [0xf4]);
        }
        Write(Pml4, Pdpt | 7);
        Write(Pdpt, Directory | 7);
        Write(Directory, 0xe3);                       // kernel: 0..2 MiB, supervisor, accessed and dirty
        Write(Directory + 8, Table | 7);              // user: 2..4 MiB in 4 KiB pages
        Write(Directory + 16, 0x40_0000 | 0x83);
        for (ulong page = 0; page < 512; page++) Write(Table + page * 8, User + page * 4096 | 7);
        Write(EntryOf(Absent), 0);
    }

    public void Dispose() => Machine.Dispose();
}
