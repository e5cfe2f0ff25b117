/* Two page faults, each made by one store: to a page never touched, and to a page shared after fork. In assembly, so that a step in a debugger is a line. */
#include <sys/syscall.h>

        .globl  _start
        .type   _start, @function
_start:
        movb    $'P', page(%rip)        # first touch: the kernel finds a fresh page (demand-zero)
        movl    $SYS_fork, %eax
        syscall
        testl   %eax, %eax
        jz      child
        jmp     parent
        .size   _start, . - _start

        .type   child, @function
child:
        movb    $'C', page(%rip)        # the page is shared and read-only: the kernel makes a copy (copy-on-write)
        xorl    %edi, %edi
        movl    $SYS_exit_group, %eax
        syscall
        .size   child, . - child

        .type   parent, @function
parent:
        movl    $-1, %edi               # wait4(-1, NULL, 0, NULL)
        xorl    %esi, %esi
        xorl    %edx, %edx
        xorl    %r10d, %r10d
        movl    $SYS_wait4, %eax
        syscall
        movl    $1, %edi                # write(1, page, 2): the parent's byte is as it was
        leaq    page(%rip), %rsi
        movb    $'\n', 1(%rsi)
        movl    $2, %edx
        movl    $SYS_write, %eax
        syscall
        xorl    %edi, %edi
        movl    $SYS_exit_group, %eax
        syscall
        .size   parent, . - parent

        .bss
        .balign 4096
        .type   page, @object
page:   .skip   4096
        .size   page, 4096

        .section .note.GNU-stack, "", @progbits
