using System.Buffers.Binary;
using X64Emu.Debugging.Symbols;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Unwinding;

/// <summary>
/// One step up the stack from a signal handler's return code (<c>mov eax, 15; syscall</c>) where a library gives no call frame information for it, as musl
/// does not: the kernel's signal frame lies at RSP (Linux's struct rt_sigframe; System V ABI AMD64 names the registers).
/// </summary>
internal static class SignalReturn
{
    /// <summary>From RSP behind the return address to uc_mcontext: uc_flags, uc_link and uc_stack come first.</summary>
    private const ulong ContextOffset = 40;

    /// <summary>The registers of struct sigcontext in its order, by DWARF number; the last is RIP.</summary>
    private static ReadOnlySpan<byte> Order => [8, 9, 10, 11, 12, 13, 14, 15, 5, 4, 6, 3, 1, 0, 2, 7, RegisterSet.ReturnAddress];

    /// <summary>The interrupted code, or null when RIP is at no such code.</summary>
    public static Caller? Step(RegisterSet registers, MemoryReader memory)
    {
        if (registers[Cpu.GeneralRegister.Rsp] is not { } rsp || !IsReturnCode(registers.Rip, memory)) return null;
        Span<byte> context = stackalloc byte[RegisterSet.Count * 8];
        if (memory(new VirtualAddress(rsp + ContextOffset), context) < context.Length) return null;
        ulong?[] caller = new ulong?[RegisterSet.Count];
        for (int index = 0; index < Order.Length; index++) caller[Order[index]] = BinaryPrimitives.ReadUInt64LittleEndian(context[(index * 8)..]);
        return new Caller(caller[7] ?? 0, new RegisterSet(caller), WasInterrupted: true);
    }

    /// <summary>At the first instruction, at the second, or (in the kernel) behind it.</summary>
    private static bool IsReturnCode(VirtualAddress rip, MemoryReader memory) =>
        Matches(rip, memory, [0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0], [0x0f, 0x05]) || Matches(rip, memory, [0xb8, 0x0f, 0, 0, 0], [0x0f, 0x05]);

    private static bool Matches(VirtualAddress rip, MemoryReader memory, ReadOnlySpan<byte> load, ReadOnlySpan<byte> call)
    {
        Span<byte> code = stackalloc byte[16];
        code = code[..(load.Length + call.Length)];
        foreach (int done in (ReadOnlySpan<int>)[0, load.Length, load.Length + call.Length])
        {
            if (memory(new VirtualAddress(rip.Value - (ulong)done), code) == code.Length && code.StartsWith(load) && code.EndsWith(call)) return true;
        }
        return false;
    }
}
