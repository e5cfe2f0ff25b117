using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.HostDifferential;

/// <summary>General registers and RFLAGS, before or after.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IntegerState
{
    public const int FlagsOffset = 128;

    /// <summary>RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8..R15.</summary>
    public fixed ulong Gpr[16];

    public ulong Flags;
}

/// <summary>Host memory below 4 GiB, so that 32-bit addresses reach it: operands, and code that runs on the host's processor.</summary>
internal static unsafe partial class LowMemory
{
    /// <summary>Bytes for operands and stack.</summary>
    public const int ScratchBytes = 0x6000;

    /// <summary>Offset of the stack's usual place; operands are far above.</summary>
    public const int StackOffset = 0x1000;

    /// <summary>What lies below this offset is not compared: signals of the runtime may use it as their stack.</summary>
    public const int ComparedOffset = StackOffset - 0x100;

    /// <summary>Offset of the middle of the operands' area, a page boundary.</summary>
    public const int OperandOffset = 0x4000;

    private const int SignalStackBytes = 1 << 18;

    /// <summary>Bytes for code.</summary>
    public const int CodeBytes = 1 << 22;

    private const int ReadWriteExecute = 7;
    private const int PrivateAnonymousLow = 0x62;
    private static readonly ulong Exit;
    private static readonly delegate* unmanaged<IntegerState*, ulong, void> Entry;

    static LowMemory()
    {
        Scratch = Reserve(SignalStackBytes + ScratchBytes) + SignalStackBytes;
        Code = Reserve(CodeBytes);
        ulong stub = Reserve(4096);
        Exit = AssembleStub(stub);
        Entry = (delegate* unmanaged<IntegerState*, ulong, void>)stub;
    }

    /// <summary>First address of the operands' memory.</summary>
    public static ulong Scratch { get; }

    /// <summary>First address of the code's memory.</summary>
    public static ulong Code { get; }

    public static Span<byte> ScratchSpan => new((void*)Scratch, ScratchBytes);

    /// <summary>Puts instructions to an address in the code's memory, followed by the way back to the caller.</summary>
    public static void Install(ulong address, ReadOnlySpan<byte> instructions)
    {
        Span<byte> place = new((void*)address, instructions.Length + 14);
        instructions.CopyTo(place);
        ReadOnlySpan<byte> jump = [0xff, 0x25, 0, 0, 0, 0];   // jmp [rip]
        jump.CopyTo(place[instructions.Length..]);
        BitConverter.TryWriteBytes(place[(instructions.Length + 6)..], Exit);
    }

    /// <summary>Loads the state, runs what was installed, and stores the state again.</summary>
    public static void Run(ref IntegerState state, ulong address)
    {
        fixed (IntegerState* pointer = &state) Entry(pointer, address);
    }

    /// <summary>Writes the code that loads and stores states; returns the address that installed code ends with.</summary>
    private static ulong AssembleStub(ulong address)
    {
        AssemblerRegister64[] registers = [rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15];
        AssemblerRegister64[] preserved = [rbx, rbp, r12, r13, r14, r15];
        Assembler a = new(64);
        Label hostStack = a.CreateLabel(), state = a.CreateLabel(), code = a.CreateLabel(), exit = a.CreateLabel();
        foreach (AssemblerRegister64 register in preserved) a.push(register);
        a.mov(__qword_ptr[hostStack], rsp);
        a.mov(__qword_ptr[state], rdi);
        a.mov(__qword_ptr[code], rsi);
        a.push(__qword_ptr[rdi + IntegerState.FlagsOffset]);
        a.popfq();
        for (int number = 0; number < 16; number++)
        {
            if (number != 7) a.mov(registers[number], __qword_ptr[rdi + number * 8]);
        }
        a.mov(rdi, __qword_ptr[rdi + 7 * 8]);
        a.jmp(__qword_ptr[code]);
        a.Label(ref exit);
        a.mov(__qword_ptr[code], rax);
        a.mov(rax, __qword_ptr[state]);
        for (int number = 1; number < 16; number++) a.mov(__qword_ptr[rax + number * 8], registers[number]);
        a.mov(rsp, __qword_ptr[hostStack]);
        a.mov(rcx, __qword_ptr[code]);
        a.mov(__qword_ptr[rax], rcx);
        a.pushfq();
        a.pop(__qword_ptr[rax + IntegerState.FlagsOffset]);
        a.cld();
        foreach (AssemblerRegister64 register in preserved.Reverse()) a.pop(register);
        a.ret();
        a.Label(ref hostStack);
        a.dq(0UL);
        a.Label(ref state);
        a.dq(0UL);
        a.Label(ref code);
        a.dq(0UL);
        using MemoryStream bytes = new();
        AssemblerResult result = a.Assemble(new StreamCodeWriter(bytes), address, BlockEncoderOptions.ReturnNewInstructionOffsets);
        bytes.ToArray().CopyTo(new Span<byte>((void*)address, 4096));
        return result.GetLabelRIP(exit);
    }

    private static ulong Reserve(int lengthBytes)
    {
        nint address = Map(0, (nuint)lengthBytes, ReadWriteExecute, PrivateAnonymousLow, -1, 0);
        return address != -1 ? (ulong)address : throw new InvalidOperationException($"mmap failed with errno {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint lengthBytes, int protection, int flags, int file, long offset);
}
