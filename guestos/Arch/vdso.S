# The vdso's image, linked by itself before (Vdso/).
    .section .rodata.vdso, "a", @progbits
    .globl vdso_start, vdso_end
    .p2align 4
vdso_start:
    .incbin "vdso.so"
vdso_end:
    .section .note.GNU-stack, "", @progbits
