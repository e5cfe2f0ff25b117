# Block memory operations, and the only code that touches user memory.
    .intel_syntax noprefix
    .cfi_sections .debug_frame
    .macro SMAP_SITE opcode
771: .byte 0x0f, 0x1f, 0x00
    .pushsection .rodata.smap
    .quad 771b
    .quad \opcode
    .popsection
    .endm
    .equ CLAC, 0xca010f
    .equ STAC, 0xcb010f

    .section .text
    .cfi_startproc                          # leaves, all of them: the return address is at RSP throughout
    .globl memset, memcpy, memmove, page_clear, page_copy
memset:                                     # (rdi = destination, esi = byte, rdx = length)
    mov r8, rdi
    mov eax, esi
    mov rcx, rdx
    rep stosb
    mov rax, r8
    ret

memmove:                                    # (rdi = destination, rsi = source, rdx = length)
    mov rax, rdi
    sub rax, rsi
    cmp rax, rdx                            # destination inside [source, source + length): copy from the end
    jb 1f
memcpy:
    mov rax, rdi
    mov rcx, rdx
    rep movsb
    ret
1:  mov rax, rdi
    lea rdi, [rdi + rdx - 1]
    lea rsi, [rsi + rdx - 1]
    mov rcx, rdx
    std
    rep movsb
    cld
    ret

page_clear:                                 # (rdi = page)
    mov ecx, 512
    xor eax, eax
    rep stosq
    ret

page_copy:                                  # (rdi = destination page, rsi = source page)
    mov ecx, 512
    rep movsq
    ret

    # User memory. A fault between user_access_start and user_access_end that cannot be served continues at user_access_fixup
    # (PageFault decides); RCX then holds the bytes not done. All return that number in RAX: 0 is success.
    .globl user_copy, user_clear, user_compare_exchange32
    .globl user_access_start, user_access_end, user_access_fixup
user_access_start:
user_copy:                                  # (rdi = destination, rsi = source, rdx = length), one of them a user address
    mov rcx, rdx
    SMAP_SITE STAC
    rep movsb
    SMAP_SITE CLAC
    mov rax, rcx
    ret

user_clear:                                 # (rdi = destination, rsi = length)
    mov rcx, rsi
    xor eax, eax
    SMAP_SITE STAC
    rep stosb
    SMAP_SITE CLAC
    mov rax, rcx
    ret

user_compare_exchange32:                    # (rdi = u32 address, rsi -> expected, receives the value found, edx = new value)
    mov ecx, 4
    mov eax, [rsi]
    SMAP_SITE STAC
    lock cmpxchg [rdi], edx
    SMAP_SITE CLAC
    mov [rsi], eax
    xor eax, eax
    ret
user_access_end:

user_access_fixup:
    SMAP_SITE CLAC
    mov rax, rcx
    ret
    .cfi_endproc

    .section .rodata.smap, "a"
    .section .note.GNU-stack, "", @progbits
