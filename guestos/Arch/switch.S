# The context switch: a thread that does not run is a stack pointer; everything else it needs lies on its stack.
    .intel_syntax noprefix
    .cfi_sections .debug_frame
    .macro SAVE register
    push \register
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset \register, 0
    .endm
    .macro RESTORE register
    pop \register
    .cfi_adjust_cfa_offset -8
    .cfi_restore \register
    .endm

    .section .text
    .globl context_switch
    .cfi_startproc
context_switch:                             # (rdi -> where to save this thread's RSP, rsi = the next thread's RSP)
    SAVE rbp
    SAVE rbx
    SAVE r12
    SAVE r13
    SAVE r14
    SAVE r15
    mov [rdi], rsp
    mov rsp, rsi                            # the other thread's stack holds the same registers at the same places
    RESTORE r15
    RESTORE r14
    RESTORE r13
    RESTORE r12
    RESTORE rbx
    RESTORE rbp
    ret
    .cfi_endproc
    .section .note.GNU-stack, "", @progbits
