using X64Emu.Cpu;
using X64Emu.Gdb.Registers;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Debuggee;

/// <summary>The registers of the processor as gdb's, in both directions.</summary>
internal static class ProcessorView
{
    /// <summary>RFLAGS bits that a debugger may change: those of programs, TF and RF (Intel SDM Vol. 1, 3.4.3).</summary>
    public const ulong WritableFlags = 0x25_0dd5;

    /// <summary>Linux's -ENOSYS: what RAX holds at a system call's entry.</summary>
    private const ulong NoSuchCall = unchecked((ulong)-38);

    private const ushort UserCode = 0x33, UserStack = 0x2b;

    /// <summary>All registers.</summary>
    public static RegisterValues Read(ProcessorRegisters registers)
    {
        RegisterValues values = new() { Rip = registers.Rip, RFlags = registers.RFlags, FsBase = registers.FsBase.Value, GsBase = registers.GsBase.Value };
        for (int number = 0; number < values.General.Length; number++) values.General[number] = registers[(GeneralRegister)number];
        for (int name = 0; name < values.Selectors.Length; name++) values.Selectors[name] = registers.GetSegment((SegmentName)name).Selector;
        ReadVectors(registers, values);
        ReadSystem(registers, values);
        return values;
    }

    /// <summary>The x87, SSE and AVX registers.</summary>
    public static void ReadVectors(ProcessorRegisters registers, RegisterValues values)
    {
        X87Registers x87 = registers.X87;
        for (int index = 0; index < values.X87Stack.Length; index++) values.X87Stack[index] = x87.GetStack(index);
        (values.X87Control, values.X87Status, values.X87Tag, values.X87Opcode) = (x87.ControlWord, x87.StatusWord, x87.TagWord, x87.Opcode);
        (values.X87InstructionPointer, values.X87InstructionSelector) = (x87.InstructionPointer, x87.InstructionSelector);
        (values.X87DataPointer, values.X87DataSelector) = (x87.DataPointer, x87.DataSelector);
        values.Mxcsr = registers.Mxcsr;
        for (int number = 0; number < values.Ymm.Length; number++) values.Ymm[number] = registers.GetYmm(number);
    }

    /// <summary>The control registers and their like.</summary>
    public static void ReadSystem(ProcessorRegisters registers, RegisterValues values)
    {
        (values.Cr0, values.Cr2, values.Cr3, values.Cr4, values.Cr8) = (registers.Cr0, registers.Cr2.Value, registers.Cr3, registers.Cr4, registers.Cr8);
        values.Efer = registers.Efer;
        values.KernelGsBase = registers.TryReadMsr(Msr.KernelGsBase, out ulong kernelGsBase) ? kernelGsBase : 0;
    }

    /// <summary>Writes what gdb may change. False, with nothing written, for an address that is not canonical.</summary>
    public static bool Write(ProcessorRegisters registers, RegisterValues values)
    {
        if (!values.Rip.IsCanonical || !new VirtualAddress(values.FsBase).IsCanonical || !new VirtualAddress(values.GsBase).IsCanonical) return false;
        for (int number = 0; number < values.General.Length; number++) registers[(GeneralRegister)number] = values.General[number];
        registers.Rip = values.Rip;
        registers.Cr2 = new VirtualAddress(values.Cr2);
        registers.RFlags = Merge(registers.RFlags, values.RFlags);
        registers.FsBase = new VirtualAddress(values.FsBase);
        registers.GsBase = new VirtualAddress(values.GsBase);
        WriteVectors(registers, values);
        return true;
    }

    /// <summary>Writes the x87, SSE and AVX registers.</summary>
    public static void WriteVectors(ProcessorRegisters registers, RegisterValues values)
    {
        X87Registers x87 = registers.X87;
        (x87.ControlWord, x87.StatusWord, x87.TagWord, x87.Opcode) = (values.X87Control, values.X87Status, values.X87Tag, values.X87Opcode);
        (x87.InstructionPointer, x87.InstructionSelector) = (values.X87InstructionPointer, values.X87InstructionSelector);
        (x87.DataPointer, x87.DataSelector) = (values.X87DataPointer, values.X87DataSelector);
        for (int index = 0; index < values.X87Stack.Length; index++)
            x87.SetStack(index, values.X87Stack[index].SignExponent, values.X87Stack[index].Significand);
        registers.Mxcsr = values.Mxcsr;
        for (int number = 0; number < values.Ymm.Length; number++) registers.SetYmm(number, values.Ymm[number]);
    }

    /// <summary>Flags with the bits that a debugger may change taken from others.</summary>
    public static ulong Merge(ulong flags, ulong changed) => flags & ~WritableFlags | changed & WritableFlags;

    /// <summary>In front of the kernel's first instruction for a system call, all user registers are still in the processor (Intel SDM Vol. 2B,
    /// SYSCALL).</summary>
    public static bool IsAtSystemCallEntry(ProcessorRegisters registers) =>
        registers.PrivilegeLevel == 0 && registers.TryReadMsr(Msr.LStar, out ulong entry) && registers.Rip.Value == entry;

    /// <summary>The user registers at that place, as Linux shows them to debuggers.</summary>
    public static RegisterValues ReadSystemCallEntry(ProcessorRegisters registers)
    {
        RegisterValues values = Read(registers);
        values.SystemCallNumber = values.General[(int)GeneralRegister.Rax];
        values.General[(int)GeneralRegister.Rax] = NoSuchCall;
        values.Rip = new VirtualAddress(values.General[(int)GeneralRegister.Rcx]);
        values.RFlags = values.General[(int)GeneralRegister.R11];
        values.Selectors[(int)SegmentName.Cs] = UserCode;
        values.Selectors[(int)SegmentName.Ss] = UserStack;
        return values;
    }

    /// <summary>Writes user registers at that place; RCX and R11 have no values of their own there.</summary>
    public static bool WriteSystemCallEntry(ProcessorRegisters registers, RegisterValues values)
    {
        VirtualAddress returnAddress = values.Rip;
        ulong returnFlags = Merge(registers[GeneralRegister.R11], values.RFlags);
        if (!returnAddress.IsCanonical) return false;
        values.General[(int)GeneralRegister.Rax] = values.SystemCallNumber;
        values.General[(int)GeneralRegister.Rcx] = returnAddress.Value;
        values.General[(int)GeneralRegister.R11] = returnFlags;
        values.Rip = registers.Rip;
        values.RFlags = registers.RFlags;
        return Write(registers, values);
    }

    private static class Msr
    {
        public const uint LStar = 0xc000_0082, KernelGsBase = 0xc000_0102;
    }
}
