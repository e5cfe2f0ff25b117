# Write barriers. There is no garbage collector, so each is a plain store; they are called with the JIT's own convention
# (RDI = destination, RSI = reference or source) and may clobber almost nothing.
    .intel_syntax noprefix
    .cfi_sections .debug_frame
    .section .text
    .cfi_startproc                          # leaves, all of them: the return address is at RSP throughout
    .globl RhpAssignRef, RhpCheckedAssignRef, RhpByRefAssignRef
RhpAssignRef:
RhpCheckedAssignRef:
    mov [rdi], rsi
    ret

RhpByRefAssignRef:                          # moves one reference and advances both pointers; RCX is its scratch register
    mov rcx, [rsi]
    mov [rdi], rcx
    add rdi, 8
    add rsi, 8
    ret
    .cfi_endproc
    .section .note.GNU-stack, "", @progbits
