# Interrupt and exception entry. Every path builds the same 176-byte frame (TrapFrame in TrapFrame.cs) and calls trap_dispatch(frame).
# Coming from user mode, XMM0 and XMM8 are kept above the frame: compiled kernel code uses no other vector or FPU register (ExtendedState.cs).
    .intel_syntax noprefix
    .equ FRAME_BYTES, 176
    .equ FRAME_CS, 144

    .macro PUSH_REGISTERS
    push rax
    push rbx
    push rcx
    push rdx
    push rsi
    push rdi
    push rbp
    push r8
    push r9
    push r10
    push r11
    push r12
    push r13
    push r14
    push r15
    .endm

    .macro POP_REGISTERS
    pop r15
    pop r14
    pop r13
    pop r12
    pop r11
    pop r10
    pop r9
    pop r8
    pop rbp
    pop rdi
    pop rsi
    pop rdx
    pop rcx
    pop rbx
    pop rax
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
    RESTORE_VECTORS
    POP_REGISTERS
    swapgs
    add rsp, 16
    iretq
2:  POP_REGISTERS
    add rsp, 16
    iretq

    # SYSCALL: RCX = return RIP, R11 = RFLAGS, still on the user's stack. Builds the frame an interrupt would have built;
    # the error code slot holds the call number (the kernel needs it to restart a call), the vector slot 0x100.
    .align 16
    .globl syscall_entry
syscall_entry:
    swapgs
    mov gs:[8], rsp
    mov rsp, gs:[0]
    push 0x2b
    push gs:[8]
    push r11
    push 0x33
    push rcx
    push rax
    push 0x100
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
    mov rsp, [rsp + 40]
    swapgs
    sysretq

    # A thread's first moments, on its new kernel stack, called from nowhere: context_switch "returns" here.
    .globl user_thread_start
user_thread_start:
    call thread_started
    test rbx, rbx
    jz 1f
    mov rdi, rsp
    call rbx                                # the first program's thread builds its frame itself
1:  mov rdi, rsp
    call user_return_work
    jmp trap_return_to_user

    .globl kernel_thread_start
kernel_thread_start:
    call thread_started
    mov rdi, r12
    call rbx
    ud2

    # One stub per vector, 16 bytes each, so that vector n enters at trap_stubs + 16 n.
    .align 16
    .globl trap_stubs
trap_stubs:
    .set vector, 0
    .rept 256
    .align 16
    .if (vector == 8) || ((vector >= 10) && (vector <= 14)) || (vector == 17) || (vector == 21) || (vector == 29) || (vector == 30)
    .else
    push 0
    .endif
    .if vector < 128
    push vector
    .else
    .byte 0x68
    .long vector
    .endif
    jmp trap_common
    .set vector, vector + 1
    .endr

    .section .note.GNU-stack, "", @progbits
