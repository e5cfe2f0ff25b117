namespace X64Emu.Cpu;

/// <summary>How an operand of one size is loaded, stored, written to a register and aligned to bit 63.</summary>
internal unsafe interface IOperandSize
{
    /// <summary>Size in bytes.</summary>
    static abstract int Bytes { get; }

    /// <summary>How far left the operand moves so that its sign becomes bit 63.</summary>
    static abstract int Shift { get; }

    /// <summary>Loads, zero-extended.</summary>
    static abstract ulong Load(byte* source);

    static abstract void Store(byte* destination, ulong value);

    /// <summary>Writes a register: 32-bit writes clear the upper half, 8 and 16-bit ones keep the rest (Intel SDM Vol. 1, 3.4.1.1).</summary>
    static abstract void WriteRegister(byte* register, ulong value);

    static abstract ulong SignExtend(ulong value);
}

internal readonly unsafe struct Size8 : IOperandSize
{
    public static int Bytes => 1;
    public static int Shift => 56;
    public static ulong Load(byte* source) => *source;
    public static void Store(byte* destination, ulong value) => *destination = (byte)value;
    public static void WriteRegister(byte* register, ulong value) => *register = (byte)value;
    public static ulong SignExtend(ulong value) => (ulong)(sbyte)value;
}

internal readonly unsafe struct Size16 : IOperandSize
{
    public static int Bytes => 2;
    public static int Shift => 48;
    public static ulong Load(byte* source) => *(ushort*)source;
    public static void Store(byte* destination, ulong value) => *(ushort*)destination = (ushort)value;
    public static void WriteRegister(byte* register, ulong value) => *(ushort*)register = (ushort)value;
    public static ulong SignExtend(ulong value) => (ulong)(short)value;
}

internal readonly unsafe struct Size32 : IOperandSize
{
    public static int Bytes => 4;
    public static int Shift => 32;
    public static ulong Load(byte* source) => *(uint*)source;
    public static void Store(byte* destination, ulong value) => *(uint*)destination = (uint)value;
    public static void WriteRegister(byte* register, ulong value) => *(ulong*)register = (uint)value;
    public static ulong SignExtend(ulong value) => (ulong)(int)value;
}

internal readonly unsafe struct Size64 : IOperandSize
{
    public static int Bytes => 8;
    public static int Shift => 0;
    public static ulong Load(byte* source) => *(ulong*)source;
    public static void Store(byte* destination, ulong value) => *(ulong*)destination = value;
    public static void WriteRegister(byte* register, ulong value) => *(ulong*)register = value;
    public static ulong SignExtend(ulong value) => value;
}

/// <summary>A 16-byte vector operand: only its size takes part in address checks; vector shapes move the data themselves.</summary>
internal readonly unsafe struct Size128 : IOperandSize
{
    public static int Bytes => 16;
    public static int Shift => 0;
    public static ulong Load(byte* source) => *(ulong*)source;
    public static void Store(byte* destination, ulong value) => *(ulong*)destination = value;
    public static void WriteRegister(byte* register, ulong value) => *(ulong*)register = value;
    public static ulong SignExtend(ulong value) => value;
}

/// <summary>A 32-byte vector operand, likewise.</summary>
internal readonly unsafe struct Size256 : IOperandSize
{
    public static int Bytes => 32;
    public static int Shift => 0;
    public static ulong Load(byte* source) => *(ulong*)source;
    public static void Store(byte* destination, ulong value) => *(ulong*)destination = value;
    public static void WriteRegister(byte* register, ulong value) => *(ulong*)register = value;
    public static ulong SignExtend(ulong value) => value;
}
