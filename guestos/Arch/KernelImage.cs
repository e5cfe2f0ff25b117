using System.Runtime;
using System.Runtime.CompilerServices;

namespace GuestOs.Arch;

/// <summary>Addresses of the linked image and of assembly entry points.</summary>
internal static unsafe class KernelImage
{
    /// <summary>The image's virtual address less its physical address.</summary>
    public const ulong Base = 0xffffffff80000000;

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_text_start")] public static extern byte* TextStart();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_text_end")] public static extern byte* TextEnd();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_rodata_start")] public static extern byte* ReadOnlyDataStart();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_rodata_end")] public static extern byte* ReadOnlyDataEnd();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_data_start")] public static extern byte* DataStart();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_data_end")] public static extern byte* DataEnd();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_boot_stack_top")] public static extern byte* BootStackTop();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_boot_pml4")] public static extern byte* BootPml4();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_trap_stubs")] public static extern byte* TrapStubs();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_syscall_entry")] public static extern byte* SyscallEntry();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_user_access_start")] public static extern byte* UserAccessStart();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_user_access_end")] public static extern byte* UserAccessEnd();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_user_access_fixup")] public static extern byte* UserAccessFixup();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_user_thread_start")] public static extern byte* UserThreadStart();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_kernel_thread_start")] public static extern byte* KernelThreadStart();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_vdso_start")] public static extern byte* VdsoStart();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_vdso_end")] public static extern byte* VdsoEnd();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_smap_sites")] public static extern ulong* SmapSites();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_smap_sites_end")] public static extern ulong* SmapSitesEnd();
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "address_of_ready_to_run_header")] public static extern byte* ReadyToRunHeader();
}
