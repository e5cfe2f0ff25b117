using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest;

/// <summary>
/// The user registers that a thread entered the kernel with, as they lie on its kernel stack. Changing them there changes what it goes on with.
/// </summary>
public sealed class GuestTrapFrame
{
    /// <summary>The kernel's marker for an entry by SYSCALL.</summary>
    private const ulong SystemCallVector = 0x100;

    private const int ScratchVectorBytes = 64;
    private readonly (ulong Address, ulong Value)[] registers;

    internal GuestTrapFrame(VirtualAddress address, int lengthBytes, (ulong Address, ulong Value)[] registers)
    {
        Address = address;
        this.registers = registers;
        ScratchVectors = address + (ulong)lengthBytes;
    }

    /// <summary>The kernel's names of the members, in the order this class keeps them: general registers by number first.</summary>
    internal static IReadOnlyList<string> MemberNames { get; } =
    [
        "Rax", "Rcx", "Rdx", "Rbx", "Rsp", "Rbp", "Rsi", "Rdi", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15",
        "Rip", "Rflags", "Cs", "Ss", "Vector", "ErrorCode",
    ];

    /// <summary>Where the frame is.</summary>
    public VirtualAddress Address { get; }

    /// <summary>Where XMM0 and XMM8 are: the kernel uses these two itself. 32 bytes.</summary>
    public VirtualAddress ScratchVectors { get; }

    /// <summary>Where the XSAVE or FXSAVE area is; out of date while <see cref="GuestThread.OwnsProcessorState"/>.</summary>
    public VirtualAddress StateArea => ScratchVectors + ScratchVectorBytes;

    /// <summary>A general register.</summary>
    public ulong this[GeneralRegister register] => registers[(int)register].Value;

    /// <summary>RIP.</summary>
    public VirtualAddress Rip => new(registers[16].Value);

    /// <summary>RFLAGS.</summary>
    public ulong RFlags => registers[17].Value;

    /// <summary>CS selector.</summary>
    public ushort Cs => (ushort)registers[18].Value;

    /// <summary>SS selector.</summary>
    public ushort Ss => (ushort)registers[19].Value;

    /// <summary>The exception or interrupt vector that it entered by; null for SYSCALL.</summary>
    public int? Vector => registers[20].Value == SystemCallVector ? null : (int)(registers[20].Value & 0xff);

    /// <summary>The number of the system call it is in; null when it entered by an exception or interrupt.</summary>
    public int? SystemCall => registers[20].Value == SystemCallVector ? (int)registers[21].Value : null;

    /// <summary>The exception's error code.</summary>
    public ulong ErrorCode => registers[21].Value;

    /// <summary>True when it looks like one: an entry from ring 3.</summary>
    public bool IsFromUser => (Cs & 3) == 3 && (Ss & 3) == 3;

    /// <summary>Where a general register is saved, in kernel memory.</summary>
    public VirtualAddress AddressOf(GeneralRegister register) => new(registers[(int)register].Address);

    /// <summary>Where RIP is saved.</summary>
    public VirtualAddress RipAddress => new(registers[16].Address);

    /// <summary>Where RFLAGS is saved.</summary>
    public VirtualAddress RFlagsAddress => new(registers[17].Address);
}
