# The vdso: system calls that need no kernel, for every program. It runs in user mode and reads the time data page, which lies
# below the image (vdso.ld); Vdso.cs writes it. Results are those of the system calls.
        .intel_syntax noprefix

        # Time data; Mm/Vdso.cs has the same offsets.
        .set    SEQUENCE, 0             # odd while the kernel changes the rest
        .set    TSC_AT_BOOT, 8
        .set    TSC_FREQUENCY, 16
        .set    BOOT_SECONDS, 24        # since 1970
        .set    PROCESSOR, 32

        .set    NANOSECONDS, 1000000000
        .set    SYS_CLOCK_GETTIME, 228
        .set    SYS_CLOCK_GETRES, 229

        # Bits of the clocks served here: REALTIME, MONOTONIC, their RAW and COARSE forms, BOOTTIME, TAI; and those that count from 1970.
        .set    CLOCKS, 1 << 0 | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 11
        .set    CALENDAR_CLOCKS, 1 << 0 | 1 << 5 | 1 << 11

        .macro  function name
        .globl  __vdso_\name
        .type   __vdso_\name, @function
        .weak   \name
        .set    \name, __vdso_\name
        .p2align 4
__vdso_\name:
        .cfi_startproc
        endbr64
        .endm

        .macro  endfunction name
        .cfi_endproc
        .size   __vdso_\name, . - __vdso_\name
        .endm

        # Seconds and nanoseconds since boot in r9 and rax, BOOT_SECONDS in r10. Changes rcx, rdx, r8, r11.
        .macro  read_time
        lea     r8, [rip + time_data]
1:      mov     r11d, [r8 + SEQUENCE]
        test    r11d, 1
        jnz     2f
        lfence
        rdtsc
        shl     rdx, 32
        or      rax, rdx
        sub     rax, [r8 + TSC_AT_BOOT]
        mov     rcx, [r8 + TSC_FREQUENCY]
        mov     r10, [r8 + BOOT_SECONDS]
        cmp     r11d, [r8 + SEQUENCE]
        je      3f
2:      pause
        jmp     1b
        # Whole seconds, then the rest in nanoseconds: no product is larger than 64 bits.
3:      xor     edx, edx
        div     rcx
        mov     r9, rax
        imul    rax, rdx, NANOSECONDS
        cmp     rcx, NANOSECONDS
        mov     r11, rdx
        cmove   rax, r11
        je      4f
        xor     edx, edx
        div     rcx
4:
        .endm

        .text

        # int clock_gettime(clockid_t clock, struct timespec *time)
        function clock_gettime
        cmp     edi, 31
        ja      5f
        mov     eax, CLOCKS
        bt      eax, edi
        jnc     5f
        read_time
        mov     edx, CALENDAR_CLOCKS
        bt      edx, edi
        jnc     6f
        add     r9, r10
6:      mov     [rsi], r9
        mov     [rsi + 8], rax
        xor     eax, eax
        ret
5:      mov     eax, SYS_CLOCK_GETTIME
        syscall
        ret
        endfunction clock_gettime

        # int clock_getres(clockid_t clock, struct timespec *resolution)
        function clock_getres
        cmp     edi, 31
        ja      5f
        mov     eax, CLOCKS
        bt      eax, edi
        jnc     5f
        xor     eax, eax
        test    rsi, rsi
        jz      6f
        mov     [rsi], rax
        mov     qword ptr [rsi + 8], 1
6:      ret
5:      mov     eax, SYS_CLOCK_GETRES
        syscall
        ret
        endfunction clock_getres

        # int gettimeofday(struct timeval *time, struct timezone *zone); the zone is UTC
        function gettimeofday
        test    rdi, rdi
        jz      6f
        read_time
        add     r9, r10
        mov     [rdi], r9
        xor     edx, edx
        mov     ecx, 1000
        div     rcx
        mov     [rdi + 8], rax
6:      xor     eax, eax
        test    rsi, rsi
        jz      7f
        mov     [rsi], rax
7:      ret
        endfunction gettimeofday

        # time_t time(time_t *result)
        function time
        read_time
        lea     rax, [r9 + r10]
        test    rdi, rdi
        jz      6f
        mov     [rdi], rax
6:      ret
        endfunction time

        # int getcpu(unsigned *processor, unsigned *node, void *unused)
        function getcpu
        mov     ecx, [rip + time_data + PROCESSOR]
        xor     eax, eax
        test    rdi, rdi
        jz      6f
        mov     [rdi], ecx
6:      test    rsi, rsi
        jz      7f
        mov     [rsi], eax
7:      ret
        endfunction getcpu

        .section .note, "a", @note
        .p2align 2
        .long   2f - 1f, 4f - 3f, 0
1:      .asciz  "Linux"
2:      .p2align 2
3:      .long   6 << 16
4:      .section .note.GNU-stack, "", @progbits
