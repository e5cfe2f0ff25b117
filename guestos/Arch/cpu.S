# Single instructions C# cannot say, each a leaf routine called through [RuntimeImport].
    .intel_syntax noprefix
    .cfi_sections .debug_frame
    .section .text
    .cfi_startproc                          # one for all: but for two of them, the return address is at RSP throughout
    .macro ROUTINE name
    .globl \name
\name:
    .endm

ROUTINE cpu_out8
    mov edx, edi
    mov eax, esi
    out dx, al
    ret
ROUTINE cpu_in8
    mov edx, edi
    in al, dx
    movzx eax, al
    ret
ROUTINE cpu_out32
    mov edx, edi
    mov eax, esi
    out dx, eax
    ret
ROUTINE cpu_invlpg
    invlpg [rdi]
    ret
ROUTINE cpu_disable_interrupts
    cli
    ret
ROUTINE cpu_wait_for_interrupt              # interrupts are on for exactly the one HLT
    sti
    hlt
    cli
    ret
ROUTINE cpu_pause
    pause
    ret
ROUTINE cpu_halt_forever
    cli
1:  hlt
    jmp 1b
ROUTINE cpu_read_cr0
    mov rax, cr0
    ret
ROUTINE cpu_write_cr0
    mov cr0, rdi
    ret
ROUTINE cpu_read_cr2
    mov rax, cr2
    ret
ROUTINE cpu_read_cr3
    mov rax, cr3
    ret
ROUTINE cpu_write_cr3
    mov cr3, rdi
    ret
ROUTINE cpu_read_cr4
    mov rax, cr4
    ret
ROUTINE cpu_write_cr4
    mov cr4, rdi
    ret
ROUTINE cpu_read_msr
    mov ecx, edi
    rdmsr
    shl rdx, 32
    or rax, rdx
    ret
ROUTINE cpu_write_msr
    mov ecx, edi
    mov eax, esi
    mov rdx, rsi
    shr rdx, 32
    wrmsr
    ret
ROUTINE cpu_read_tsc
    rdtsc
    shl rdx, 32
    or rax, rdx
    ret
ROUTINE cpu_cpuid                           # (edi = leaf, esi = subleaf, rdx -> eax, ebx, ecx, edx)
    push rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbx, 0
    mov r8, rdx
    mov eax, edi
    mov ecx, esi
    cpuid
    mov [r8], eax
    mov [r8 + 4], ebx
    mov [r8 + 8], ecx
    mov [r8 + 12], edx
    pop rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore rbx
    ret
ROUTINE cpu_load_gdt                        # (rdi -> limit and base); also reloads every segment register
    lgdt [rdi]
    mov eax, 16
    mov ss, eax
    xor eax, eax
    mov ds, eax
    mov es, eax
    pop rax
    .cfi_adjust_cfa_offset -8
    .cfi_register rip, rax
    push 8
    .cfi_adjust_cfa_offset 8
    push rax
    .cfi_adjust_cfa_offset 8
    .cfi_offset rip, -16
    retfq
    .cfi_def_cfa_offset 8
    .cfi_offset rip, -8
ROUTINE cpu_load_idt
    lidt [rdi]
    ret
ROUTINE cpu_load_task_register
    ltr di
    ret
ROUTINE cpu_fxsave
    fxsave64 [rdi]
    ret
ROUTINE cpu_fxrstor
    fxrstor64 [rdi]
    ret
ROUTINE cpu_xsave                           # all components that XCR0 enables
    mov eax, -1
    mov edx, eax
    xsave64 [rdi]
    ret
ROUTINE cpu_xrstor
    mov eax, -1
    mov edx, eax
    xrstor64 [rdi]
    ret
ROUTINE cpu_write_xcr0
    xor ecx, ecx
    mov eax, edi
    mov rdx, rdi
    shr rdx, 32
    xsetbv
    ret
ROUTINE cpu_read_rbp
    mov rax, rbp
    ret
ROUTINE cpu_read_rsp
    lea rax, [rsp + 8]
    ret

    # Addresses that only the linker knows.
    .macro ADDRESS_OF name, symbol
    .globl \name
\name:
    lea rax, [rip + \symbol]
    ret
    .endm
    ADDRESS_OF address_of_trap_stubs, trap_stubs
    ADDRESS_OF address_of_syscall_entry, syscall_entry
    ADDRESS_OF address_of_user_access_start, user_access_start
    ADDRESS_OF address_of_user_access_end, user_access_end
    ADDRESS_OF address_of_user_access_fixup, user_access_fixup
    ADDRESS_OF address_of_user_thread_start, user_thread_start
    ADDRESS_OF address_of_kernel_thread_start, kernel_thread_start
    ADDRESS_OF address_of_boot_stack_top, boot_stack_top
    ADDRESS_OF address_of_boot_pml4, boot_pml4
    ADDRESS_OF address_of_text_start, kernel_text_start
    ADDRESS_OF address_of_text_end, kernel_text_end
    ADDRESS_OF address_of_rodata_start, kernel_rodata_start
    ADDRESS_OF address_of_rodata_end, kernel_rodata_end
    ADDRESS_OF address_of_data_start, kernel_data_start
    ADDRESS_OF address_of_data_end, kernel_data_end
    ADDRESS_OF address_of_vdso_start, vdso_start
    ADDRESS_OF address_of_vdso_end, vdso_end
    ADDRESS_OF address_of_smap_sites, kernel_smap_sites_start
    ADDRESS_OF address_of_smap_sites_end, kernel_smap_sites_end
    ADDRESS_OF address_of_ready_to_run_header, __ReadyToRunHeader
    .cfi_endproc
    .section .note.GNU-stack, "", @progbits
