# Interrupt and exception entry. Every path builds the same 176-byte frame (TrapFrame in TrapFrame.cs) and calls trap_dispatch(frame).
# Coming from user mode, XMM0 and XMM8 are kept above the frame: compiled kernel code uses no other vector or FPU register (ExtendedState.cs).
    .intel_syntax noprefix
    .equ FRAME_BYTES, 176
    .equ FRAME_CS, 144
    .cfi_sections .debug_frame

    # For debuggers, the canonical frame address (CFA) is the address behind the frame, and each saved register has its place below it.
    # These are signal frames: the interrupted code made no call, so its RIP is looked up as it is.
    .macro DESCRIBE_HARDWARE_FRAME above    # what the CPU pushed, and how many bytes are above it on the stack
    .cfi_def_cfa rsp, \above + 40
    .cfi_offset rip, -40
    .cfi_offset rsp, -16
    .endm

    .macro SAVE register
    push \register
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset \register, 0
    .endm

    .macro RESTORE register
    pop \register
    .cfi_adjust_cfa_offset -8
    .cfi_same_value \register
    .endm

    .macro PUSH_REGISTERS
    SAVE rax
    SAVE rbx
    SAVE rcx
    SAVE rdx
    SAVE rsi
    SAVE rdi
    SAVE rbp
    SAVE r8
    SAVE r9
    SAVE r10
    SAVE r11
    SAVE r12
    SAVE r13
    SAVE r14
    SAVE r15
    .endm

    .macro POP_REGISTERS
    RESTORE r15
    RESTORE r14
    RESTORE r13
    RESTORE r12
    RESTORE r11
    RESTORE r10
    RESTORE r9
    RESTORE r8
    RESTORE rbp
    RESTORE rdi
    RESTORE rsi
    RESTORE rdx
    RESTORE rcx
    RESTORE rbx
    RESTORE rax
    .endm

    .macro SAVE_VECTORS
    movaps [rsp + FRAME_BYTES], xmm0
    movaps [rsp + FRAME_BYTES + 16], xmm8
    .endm

    .macro RESTORE_VECTORS
    movaps xmm0, [rsp + FRAME_BYTES]
    movaps xmm8, [rsp + FRAME_BYTES + 16]
    .endm

    # Three bytes that become CLAC or STAC when the CPU has SMAP (CpuFeatures.cs patches the listed places).
    .macro CLAC_SITE
771: .byte 0x0f, 0x1f, 0x00
    .pushsection .rodata.smap
    .quad 771b
    .quad 0xca010f
    .popsection
    .endm

    .section .text
    .align 16
    .cfi_startproc
    .cfi_signal_frame
    DESCRIBE_HARDWARE_FRAME 16
trap_common:
    PUSH_REGISTERS
    cld
    CLAC_SITE
    mov rdi, rsp
    test byte ptr [rsp + FRAME_CS], 3
    jnz 1f
    call trap_dispatch                      # from the kernel: no swapgs; no SSE register is live where the kernel can fault
    jmp 2f
1:  swapgs
    SAVE_VECTORS
    call trap_dispatch
    .globl trap_return_to_user
trap_return_to_user:
    .cfi_remember_state
    RESTORE_VECTORS
    POP_REGISTERS
    swapgs
    add rsp, 16
    .cfi_adjust_cfa_offset -16
    iretq
    .cfi_restore_state
2:  POP_REGISTERS
    add rsp, 16
    .cfi_adjust_cfa_offset -16
    iretq
    .cfi_endproc

    # SYSCALL: RCX = return RIP, R11 = RFLAGS, still on the user's stack. Builds the frame an interrupt would have built;
    # the error code slot holds the call number (the kernel needs it to restart a call), the vector slot 0x100.
    .align 16
    .globl syscall_entry
    .cfi_startproc
    .cfi_signal_frame
    .cfi_def_cfa rsp, 0
    .cfi_register rip, rcx
syscall_entry:
    swapgs
    mov gs:[8], rsp
    mov rsp, gs:[0]
    .cfi_undefined rsp
    push 0x2b
    .cfi_adjust_cfa_offset 8
    push gs:[8]
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rsp, 0
    push r11
    .cfi_adjust_cfa_offset 8
    push 0x33
    .cfi_adjust_cfa_offset 8
    push rcx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rip, 0
    push rax
    .cfi_adjust_cfa_offset 8
    push 0x100
    .cfi_adjust_cfa_offset 8
    PUSH_REGISTERS
    cld
    SAVE_VECTORS
    mov rdi, rsp
    call syscall_dispatch
    # SYSRET is right only when RIP = RCX, RFLAGS = R11, RIP is a user address and RF and TF are clear; all else leaves by IRETQ.
    mov rcx, [rsp + 136]
    cmp rcx, [rsp + 96]
    jne trap_return_to_user
    mov r11, [rsp + 152]
    cmp r11, [rsp + 32]
    jne trap_return_to_user
    test r11d, 0x10100
    jnz trap_return_to_user
    mov rax, rcx
    shr rax, 47
    jnz trap_return_to_user
    cmp byte ptr [rsp + FRAME_CS], 0x33
    jne trap_return_to_user
    RESTORE_VECTORS
    POP_REGISTERS
    .cfi_register rip, rcx
    mov rsp, [rsp + 40]
    .cfi_def_cfa_offset 0
    .cfi_same_value rsp
    swapgs
    sysretq
    .cfi_endproc

    # A thread's first moments, on its new kernel stack, called from nowhere: context_switch "returns" here.
    .globl user_thread_start
    .cfi_startproc
    .cfi_signal_frame
    .cfi_def_cfa rsp, FRAME_BYTES
    .cfi_undefined rip                      # no frame yet: back-traces end here
user_thread_start:
    call thread_started
    test rbx, rbx
    jz 1f
    mov rdi, rsp
    call rbx                                # the first program's thread builds its frame itself
    DESCRIBE_HARDWARE_FRAME FRAME_BYTES-40
    .set place, 0
    .irp register, r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax
    .cfi_rel_offset \register, place
    .set place, place + 8
    .endr
1:  mov rdi, rsp
    call user_return_work
    jmp trap_return_to_user
    .cfi_endproc

    .globl kernel_thread_start
    .cfi_startproc
    .cfi_undefined rip                      # nobody called it
kernel_thread_start:
    call thread_started
    mov rdi, r12
    call rbx
    ud2
    .cfi_endproc

    # One stub per vector, 16 bytes each, so that vector n enters at trap_stubs + 16 n.
    .align 16
    .globl trap_stubs
    .cfi_startproc
    .cfi_signal_frame
    DESCRIBE_HARDWARE_FRAME 0
trap_stubs:
    .set vector, 0
    .rept 256
    .align 16
    .if (vector == 8) || ((vector >= 10) && (vector <= 14)) || (vector == 17) || (vector == 21) || (vector == 29) || (vector == 30)
    .cfi_def_cfa_offset 48                  # the CPU has pushed an error code
    .else
    .cfi_def_cfa_offset 40
    push 0
    .cfi_adjust_cfa_offset 8
    .endif
    .if vector < 128
    push vector
    .else
    .byte 0x68
    .long vector
    .endif
    .cfi_adjust_cfa_offset 8
    jmp trap_common
    .set vector, vector + 1
    .endr
    .cfi_endproc

    .section .note.GNU-stack, "", @progbits
