# PVH entry (ELF note "Xen", type 18): 32-bit protected mode, paging off, EBX -> hvm_start_info.
# Builds the first page tables, enters long mode, jumps to the higher half and calls the C# entry with the address of the start info.
    .intel_syntax noprefix
    .cfi_sections .debug_frame
    .equ KERNEL_BASE, 0xffffffff80000000
    .equ DIRECT_MAP_SLOT, 273               # PML4 slot of 0xffff888000000000
    .equ EFER, 0xc0000080

    .section .note.pvh, "a", @note
    .align 4
    .long 4, 4, 18
    .asciz "Xen"
    .long pvh_start - KERNEL_BASE

    .section .boot, "ax"
    .code32
    .globl pvh_start
pvh_start:
    cld
    mov esp, offset boot_stack_top - KERNEL_BASE
    mov ebp, ebx                            # start info, across CPUID
    mov eax, 0x80000001
    cpuid
    mov edi, edx                            # bit 20: NX, bit 29: long mode
    mov eax, cr4
    or eax, 0x620                           # PAE, OSFXSR, OSXMMEXCPT
    mov cr4, eax
    mov eax, offset boot_pml4 - KERNEL_BASE
    mov cr3, eax
    mov ecx, EFER
    rdmsr
    or eax, 0x101                           # LME, SCE
    test edi, 1 << 20
    jz 1f
    or eax, 0x800                           # NXE
1:  wrmsr
    mov eax, cr0
    and eax, 0xfffffffb                     # EM off: SSE works
    or eax, 0x80010022                      # PG, WP, NE, MP
    mov cr0, eax
    lgdt [boot_gdt_register - KERNEL_BASE]
    .byte 0xea                              # far jump to 64-bit code
    .long long_mode_low - KERNEL_BASE
    .word 8

    .code64
long_mode_low:
    movabs rax, offset long_mode_high
    jmp rax

    .align 8
boot_gdt:
    .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
boot_gdt_register:
    .word 23
    .long boot_gdt - KERNEL_BASE

    .section .text
long_mode_high:
    .cfi_startproc
    .cfi_undefined rip                      # back-traces end here
    mov eax, 16
    mov ds, eax
    mov es, eax
    mov ss, eax
    xor eax, eax
    mov fs, eax
    mov gs, eax
    lea rsp, [rip + boot_stack_top]
    mov edi, ebp
    xor ebp, ebp
    call kernel_main
1:  cli
    hlt
    jmp 1b
    .cfi_endproc

    .section .data
    .globl __security_cookie
__security_cookie: .quad 0x00002b992ddfa232

    # The first GiB, three times: identity (until the kernel has its own tables), direct map, kernel image.
    .align 4096
    .globl boot_pml4
boot_pml4:
    .quad boot_pdpt_low - KERNEL_BASE + 3
    .fill DIRECT_MAP_SLOT - 1, 8, 0
    .quad boot_pdpt_low - KERNEL_BASE + 3
    .fill 511 - DIRECT_MAP_SLOT - 1, 8, 0
    .quad boot_pdpt_high - KERNEL_BASE + 3
boot_pdpt_low:
    .quad boot_directory - KERNEL_BASE + 3
    .fill 511, 8, 0
boot_pdpt_high:
    .fill 510, 8, 0
    .quad boot_directory - KERNEL_BASE + 3
    .quad 0
boot_directory:
    .set i, 0
    .rept 512
    .quad i * 0x200000 + 0x83
    .set i, i + 1
    .endr

    .section .bss
    .align 4096
boot_stack:
    .skip 16384
    .globl boot_stack_top
boot_stack_top:

    .section .note.GNU-stack, "", @progbits
