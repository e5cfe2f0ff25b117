using System.Runtime.InteropServices;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Where a case finds code and operands, on the host's processor and in the emulator alike. case-runner.c knows the same numbers.</summary>
internal static class CaseMemory
{
    /// <summary>Code: executable, not writable. All bytes but those of instructions are INT3.</summary>
    public const ulong Code = 0x1000_0000;

    public const int CodeBytes = 0x2_0000;

    /// <summary>Two writable pages, with a hole before and behind them.</summary>
    public const ulong Data = 0x2000_0000;

    public const int DataBytes = 0x2000;

    /// <summary>One page that cannot be written, with a hole behind it.</summary>
    public const ulong Constants = 0x2000_3000;

    public const int ConstantsBytes = 0x1000;
}

/// <summary>Places in an XSAVE area of standard format (Intel SDM Vol. 1, 13.4).</summary>
internal static class XsaveLayout
{
    public const int Bytes = 832;
    public const int Control = 0, Status = 2, Tag = 4, Opcode = 6, InstructionPointer = 8, DataPointer = 16, Mxcsr = 24;
    public const int Stack = 32, Xmm = 160, Header = 512, YmmHigh = 576;
}

/// <summary>The state that a case begins with.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal unsafe struct CaseInput
{
    public const int Bytes = 2048, PatchBytes = 1024;

    /// <summary>RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8..R15.</summary>
    [FieldOffset(0)] public fixed ulong Registers[16];

    [FieldOffset(128)] public ulong Rip;
    [FieldOffset(136)] public ulong Flags;
    [FieldOffset(144)] public ulong FsBase;
    [FieldOffset(152)] public ulong GsBase;

    /// <summary>Bytes of <see cref="CaseMemory.Data"/> that differ from the batch's memory: offsets, lengths, and the bytes one behind the other.</summary>
    [FieldOffset(160)] public fixed uint PatchOffset[2];

    [FieldOffset(168)] public fixed uint PatchLength[2];
    [FieldOffset(192)] public fixed byte Xsave[XsaveLayout.Bytes];
    [FieldOffset(1024)] public fixed byte Patch[PatchBytes];
}

/// <summary>The state that a case ends with.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal unsafe struct CaseOutcome
{
    public const int Bytes = 3072, MaxChanges = 126;

    [FieldOffset(0)] public fixed ulong Registers[16];
    [FieldOffset(128)] public ulong Rip;
    [FieldOffset(136)] public ulong Flags;
    [FieldOffset(144)] public ulong FsBase;
    [FieldOffset(152)] public ulong GsBase;

    /// <summary>DS, ES, FS, GS.</summary>
    [FieldOffset(160)] public fixed ushort Selectors[4];

    /// <summary>The exception that ended the case: 3 when the instruction was done.</summary>
    [FieldOffset(168)] public uint Vector;

    [FieldOffset(172)] public uint ErrorCode;
    [FieldOffset(176)] public ulong Cr2;

    /// <summary>How many aligned 8-byte words of <see cref="CaseMemory.Data"/> changed. The first <see cref="MaxChanges"/> are listed.</summary>
    [FieldOffset(184)] public uint ChangeCount;

    [FieldOffset(188)] public uint Signal;
    [FieldOffset(192)] public fixed byte Xsave[XsaveLayout.Bytes];

    /// <summary>Offset and new value, alternating.</summary>
    [FieldOffset(1024)] public fixed ulong Changes[2 * MaxChanges];

    /// <summary>Over all changes.</summary>
    [FieldOffset(3040)] public ulong Hash;
}
