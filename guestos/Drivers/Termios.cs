namespace GuestOs.Drivers;

/// <summary>struct termios of the kernel's interface, 36 bytes, with the flags the line discipline knows.</summary>
internal unsafe struct Termios
{
    public const uint IgnoreCarriageReturn = 0x80;
    public const uint CarriageReturnToNewline = 0x100;
    public const uint NewlineToCarriageReturn = 0x40;
    public const uint StripInput = 0x20;
    public const uint FlowControlOutput = 0x400;

    public const uint PostProcess = 1;
    public const uint NewlineToCarriageReturnNewline = 4;
    public const uint OutputCarriageReturnToNewline = 8;

    public const uint Signals = 1;
    public const uint Canonical = 2;
    public const uint Echo = 8;
    public const uint EchoErase = 0x10;
    public const uint EchoKill = 0x20;
    public const uint EchoNewline = 0x40;
    public const uint NoFlush = 0x80;
    public const uint StopBackgroundOutput = 0x100;
    public const uint EchoControl = 0x200;
    public const uint EchoKillErase = 0x800;
    public const uint Extended = 0x8000;

    public const int InterruptCharacter = 0;
    public const int QuitCharacter = 1;
    public const int EraseCharacter = 2;
    public const int KillCharacter = 3;
    public const int EndOfFileCharacter = 4;
    public const int Time = 5;
    public const int Minimum = 6;
    public const int StartCharacter = 8;
    public const int StopCharacter = 9;
    public const int SuspendCharacter = 10;
    public const int EndOfLineCharacter = 11;
    public const int ReprintCharacter = 12;
    public const int WordEraseCharacter = 14;
    public const int LiteralNextCharacter = 15;
    public const int EndOfLine2Character = 16;

    private const int ControlCharacterCount = 19;
    private const uint SpeedAndSize = 0xcbf;

    public uint InputFlags;
    public uint OutputFlags;
    public uint ControlFlags;
    public uint LocalFlags;
    public byte LineDiscipline;
    public fixed byte ControlCharacters[ControlCharacterCount];

    /// <summary>Linux's defaults, but without ONLCR: what programs print leaves the machine unchanged.</summary>
    public static Termios Default
    {
        get
        {
            Termios result = new Termios
            {
                InputFlags = CarriageReturnToNewline | FlowControlOutput,
                OutputFlags = PostProcess,
                ControlFlags = SpeedAndSize,
                LocalFlags = Signals | Canonical | Echo | EchoErase | EchoKill | EchoControl | EchoKillErase | Extended,
            };
            result.ControlCharacters[InterruptCharacter] = 3;
            result.ControlCharacters[QuitCharacter] = 28;
            result.ControlCharacters[EraseCharacter] = 127;
            result.ControlCharacters[KillCharacter] = 21;
            result.ControlCharacters[EndOfFileCharacter] = 4;
            result.ControlCharacters[Minimum] = 1;
            result.ControlCharacters[StartCharacter] = 17;
            result.ControlCharacters[StopCharacter] = 19;
            result.ControlCharacters[SuspendCharacter] = 26;
            result.ControlCharacters[ReprintCharacter] = 18;
            result.ControlCharacters[WordEraseCharacter] = 23;
            result.ControlCharacters[LiteralNextCharacter] = 22;
            return result;
        }
    }
}

/// <summary>struct winsize.</summary>
internal struct WindowSize
{
    public ushort Rows;
    public ushort Columns;
    public ushort WidthPixels;
    public ushort HeightPixels;
}
