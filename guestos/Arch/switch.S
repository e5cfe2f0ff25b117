# The context switch: a thread that does not run is a stack pointer; everything else it needs lies on its stack.
    .intel_syntax noprefix
    .section .text
    .globl context_switch
context_switch:                             # (rdi -> where to save this thread's RSP, rsi = the next thread's RSP)
    push rbp
    push rbx
    push r12
    push r13
    push r14
    push r15
    mov [rdi], rsp
    mov rsp, rsi
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    pop rbp
    ret
    .section .note.GNU-stack, "", @progbits
