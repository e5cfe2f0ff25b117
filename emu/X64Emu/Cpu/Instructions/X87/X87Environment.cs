namespace X64Emu.Cpu.Instructions.X87;

/// <summary>The width of FSTENV's and FSAVE's memory image (Intel SDM Vol. 1, 8.1.10: the protected-mode formats).</summary>
internal unsafe interface IEnvironmentFormat
{
    static abstract int Bytes { get; }

    /// <summary>How wide the words are that make up the image: no other alignment is asked of it.</summary>
    static abstract int WordBytes { get; }

    static abstract void Save(CpuState* c, byte* image);

    static abstract void Restore(CpuState* c, byte* image);
}

/// <summary>28 bytes: operand size 32 or 64.</summary>
internal readonly unsafe struct Environment32 : IEnvironmentFormat
{
    public static int Bytes => 28;

    public static int WordBytes => 4;

    public static void Save(CpuState* c, byte* image)
    {
        uint* words = (uint*)image;
        words[0] = 0xFFFF_0000u | c->X87Control;
        words[1] = 0xFFFF_0000u | c->X87Status;
        words[2] = 0xFFFF_0000u | X87State.FullTagWord(c);
        words[3] = (uint)c->X87InstructionPointer;
        words[4] = (uint)c->X87Opcode << 16 | c->X87InstructionSelector;
        words[5] = (uint)c->X87DataPointer;
        words[6] = 0xFFFF_0000u | c->X87DataSelector;
    }

    public static void Restore(CpuState* c, byte* image)
    {
        uint* words = (uint*)image;
        c->X87Control = X87Words.Control((ushort)words[0]);
        c->X87Status = (ushort)words[1];
        c->X87Tag = X87State.Abridge((ushort)words[2]);
        c->X87InstructionPointer = words[3];
        c->X87InstructionSelector = (ushort)words[4];
        c->X87Opcode = (ushort)(words[4] >> 16 & 0x7FF);
        c->X87DataPointer = words[5];
        c->X87DataSelector = (ushort)words[6];
        X87State.UpdateSummary(c);
    }
}

/// <summary>14 bytes: operand size 16. The opcode is not part of it.</summary>
internal readonly unsafe struct Environment16 : IEnvironmentFormat
{
    public static int Bytes => 14;

    public static int WordBytes => 2;

    public static void Save(CpuState* c, byte* image)
    {
        ushort* words = (ushort*)image;
        words[0] = c->X87Control;
        words[1] = c->X87Status;
        words[2] = X87State.FullTagWord(c);
        words[3] = (ushort)c->X87InstructionPointer;
        words[4] = c->X87InstructionSelector;
        words[5] = (ushort)c->X87DataPointer;
        words[6] = c->X87DataSelector;
    }

    public static void Restore(CpuState* c, byte* image)
    {
        ushort* words = (ushort*)image;
        c->X87Control = X87Words.Control(words[0]);
        c->X87Status = words[1];
        c->X87Tag = X87State.Abridge(words[2]);
        c->X87InstructionPointer = words[3];
        c->X87InstructionSelector = words[4];
        c->X87Opcode = 0;
        c->X87DataPointer = words[5];
        c->X87DataSelector = words[6];
        X87State.UpdateSummary(c);
    }
}

internal static class X87Words
{
    /// <summary>A control word as it reads back: bit 6 is always set, bits 7 and 13 to 15 never (bit 12, the 287's infinity control, is kept).</summary>
    public static ushort Control(ushort value) => (ushort)(value & 0x1F7F | 0x40);
}
