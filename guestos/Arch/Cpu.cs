using System.Runtime;
using System.Runtime.CompilerServices;

namespace GuestOs.Arch;

/// <summary>Privileged and port instructions (cpu.S), one routine each.</summary>
internal static unsafe class Cpu
{
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_out8")] public static extern void Out8(ushort port, byte value);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_in8")] public static extern byte In8(ushort port);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_out32")] public static extern void Out32(ushort port, uint value);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_invlpg")] public static extern void InvalidatePage(ulong virtualAddress);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_disable_interrupts")] public static extern void DisableInterrupts();

    /// <summary>STI; HLT; CLI: interrupts are on for exactly the one HLT.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_wait_for_interrupt")] public static extern void WaitForInterrupt();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_pause")] public static extern void Pause();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_halt_forever")] public static extern void HaltForever();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_read_cr0")] public static extern ulong ReadCr0();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_write_cr0")] public static extern void WriteCr0(ulong value);

    /// <summary>CR2: the address of the last page fault.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_read_cr2")] public static extern ulong ReadCr2();

    /// <summary>CR3: the physical address of the PML4 in use.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_read_cr3")] public static extern ulong ReadCr3();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_write_cr3")] public static extern void WriteCr3(ulong value);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_read_cr4")] public static extern ulong ReadCr4();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_write_cr4")] public static extern void WriteCr4(ulong value);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_read_msr")] public static extern ulong ReadMsr(uint msr);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_write_msr")] public static extern void WriteMsr(uint msr, ulong value);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_read_tsc")] public static extern ulong ReadTsc();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_cpuid")] public static extern void CpuId(uint leaf, uint subleaf, CpuIdResult* result);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_load_gdt")] public static extern void LoadGdt(void* register);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_load_idt")] public static extern void LoadIdt(void* register);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_load_task_register")] public static extern void LoadTaskRegister(ushort selector);

    /// <summary>Stores the FPU and SSE state: 512 bytes, 16-byte aligned.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_fxsave")] public static extern void FxSave(void* area);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_fxrstor")] public static extern void FxRestore(void* area);

    /// <summary>Stores what XCR0 enables: 64-byte aligned, at most <see cref="ExtendedState.MaximumBytes"/>.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_xsave")] public static extern void XSave(void* area);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_xrstor")] public static extern void XRestore(void* area);

    /// <summary>XSETBV; needs CR4.OSXSAVE.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_write_xcr0")] public static extern void WriteXcr0(ulong value);
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "cpu_read_rsp")] public static extern ulong ReadRsp();

    /// <summary>Saves the running thread on its stack, its RSP in <paramref name="savedRsp"/>, and goes on with the thread whose RSP is given.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "context_switch")] public static extern void SwitchContext(ulong* savedRsp, ulong nextRsp);
}

/// <summary>The four registers CPUID returns.</summary>
internal struct CpuIdResult
{
    public uint Eax;
    public uint Ebx;
    public uint Ecx;
    public uint Edx;
}
