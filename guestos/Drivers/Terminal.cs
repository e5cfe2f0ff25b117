using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Drivers;

/// <summary>
/// The line discipline (termios(3)) of the terminal on COM1: editing, echo, signals, output processing. Received characters come in at interrupt time.
/// </summary>
internal sealed unsafe class Terminal
{
    private const uint Capacity = 4096;
    private const ushort LineEnd = 0x100;
    private const ushort EndOfFile = 0x200;

    // Characters with marks; [_tail, _committed) can be read, [_committed, _head) is the line being edited.
    private readonly ushort* _ring = (ushort*)KernelHeap.Allocate(Capacity * 2);
    private uint _tail;
    private uint _committed;
    private uint _head;
    private uint _column;
    private uint _editColumn;
    private bool _takesLiteral;
    private Termios _termios = Termios.Default;

    public WindowSize Size = new WindowSize { Rows = 24, Columns = 80 };

    /// <summary>The session whose controlling terminal this is, 0 for none.</summary>
    public int SessionId;

    /// <summary>The process group that gets signals from the keyboard.</summary>
    public int ForegroundGroup;

    public Termios Settings => _termios;

    public bool IsCanonical => (_termios.LocalFlags & Termios.Canonical) != 0;

    /// <summary>Changes the settings; a switch between canonical and raw mode makes what was typed readable, as on Linux.</summary>
    public void Configure(in Termios settings)
    {
        bool wasCanonical = IsCanonical;
        _termios = settings;
        if (wasCanonical != IsCanonical) _committed = _head;
    }

    /// <summary>Characters a read can get now.</summary>
    public uint Available => IsCanonical ? _committed - _tail : _head - _tail;

    public void FlushInput()
    {
        _tail = _head;
        _committed = _head;
    }

    /// <summary>
    /// Takes characters: in canonical mode up to the end of one line. An end of file takes none and ends the line.
    /// </summary>
    public uint Take(byte* buffer, uint capacity)
    {
        uint count = 0;
        while (count < capacity && Available != 0)
        {
            ushort item = _ring[_tail % Capacity];
            _tail++;
            if ((item & EndOfFile) != 0 && IsCanonical) return count;
            buffer[count++] = (byte)item;
            if ((item & LineEnd) != 0 && IsCanonical) return count;
        }
        // The end of file behind a line that exactly fits the buffer belongs to that read.
        if (count != 0 && IsCanonical && Available != 0 && (_ring[_tail % Capacity] & EndOfFile) != 0) _tail++;
        return count;
    }

    /// <summary>A character came from the line.</summary>
    public void Receive(byte value)
    {
        uint input = _termios.InputFlags;
        if ((input & Termios.StripInput) != 0) value &= 0x7f;
        if (!_takesLiteral)
        {
            if (value == '\r')
            {
                if ((input & Termios.IgnoreCarriageReturn) != 0) return;
                if ((input & Termios.CarriageReturnToNewline) != 0) value = (byte)'\n';
            }
            else if (value == '\n' && (input & Termios.NewlineToCarriageReturn) != 0) value = (byte)'\r';
            if (IsSpecial(value, Termios.StartCharacter, input & Termios.FlowControlOutput)) return;
            if (IsSpecial(value, Termios.StopCharacter, input & Termios.FlowControlOutput)) return;
            if (RaiseSignal(value)) return;
        }
        if (IsCanonical && Edit(value)) return;
        _takesLiteral = false;
        if (_head - _tail >= Capacity - 1) return;
        if (_head == _committed) _editColumn = _column;
        Echo(value);
        Append(value);
        if (!IsCanonical) _committed = _head;
    }

    /// <summary>Sends a character to the line, processed as OPOST says.</summary>
    public void Put(byte value)
    {
        uint output = _termios.OutputFlags;
        if ((output & Termios.PostProcess) != 0)
        {
            if (value == '\n' && (output & Termios.NewlineToCarriageReturnNewline) != 0) Uart16550.Com1.Transmit((byte)'\r');
            else if (value == '\r' && (output & Termios.OutputCarriageReturnToNewline) != 0) value = (byte)'\n';
        }
        Uart16550.Com1.Transmit(value);
        if (value is (byte)'\n' or (byte)'\r') _column = 0;
        else if (value == '\b') _column -= _column != 0 ? 1u : 0;
        else if (value == '\t') _column = (_column | 7) + 1;
        else if (value >= 0x20 && (value & 0xc0) != 0x80) _column++;
    }

    private void Append(ushort item) => _ring[_head++ % Capacity] = item;

    private bool IsSpecial(byte value, int index, uint isEnabled) => isEnabled != 0 && value != 0 && value == _termios.ControlCharacters[index];

    private bool RaiseSignal(byte value)
    {
        uint enabled = _termios.LocalFlags & Termios.Signals;
        int signal;
        if (IsSpecial(value, Termios.InterruptCharacter, enabled)) signal = SignalNumber.Interrupt;
        else if (IsSpecial(value, Termios.QuitCharacter, enabled)) signal = SignalNumber.Quit;
        else if (IsSpecial(value, Termios.SuspendCharacter, enabled)) signal = SignalNumber.TerminalStop;
        else return false;
        if ((_termios.LocalFlags & Termios.NoFlush) == 0) FlushInput();
        Echo(value);
        if (ForegroundGroup != 0) Signal.SendToGroup(ForegroundGroup, SignalInfo.FromKernel(signal));
        return true;
    }

    /// <summary>Canonical mode's editing; true when the character was used up.</summary>
    private bool Edit(byte value)
    {
        if (_takesLiteral) return false;
        uint local = _termios.LocalFlags;
        uint extended = local & Termios.Extended;
        if (IsSpecial(value, Termios.LiteralNextCharacter, extended))
        {
            _takesLiteral = true;
            return true;
        }
        if (IsSpecial(value, Termios.EraseCharacter, 1))
        {
            if (_head != _committed) EraseCharacter();
            return true;
        }
        if (IsSpecial(value, Termios.WordEraseCharacter, extended))
        {
            EraseWord();
            return true;
        }
        if (IsSpecial(value, Termios.KillCharacter, 1))
        {
            while (_head != _committed) EraseCharacter();
            return true;
        }
        if (IsSpecial(value, Termios.ReprintCharacter, extended))
        {
            Echo(value);
            EchoByte((byte)'\n');
            for (uint i = _committed; i != _head; i++) Echo((byte)_ring[i % Capacity]);
            return true;
        }
        bool isEnd = IsSpecial(value, Termios.EndOfFileCharacter, 1);
        bool isLine = value == '\n' || IsSpecial(value, Termios.EndOfLineCharacter, 1) || IsSpecial(value, Termios.EndOfLine2Character, extended);
        if (!isEnd && !isLine) return false;
        if (isLine)
        {
            if (value == '\n' && (local & (Termios.Echo | Termios.EchoNewline)) != 0) Put(value);
            else if (value != '\n') Echo(value);
        }
        // One place is always kept free for the line's end.
        Append(isEnd ? EndOfFile : (ushort)(value | LineEnd));
        _committed = _head;
        return true;
    }

    private void EraseWord()
    {
        while (_head != _committed && IsBlank(_ring[(_head - 1) % Capacity])) EraseCharacter();
        while (_head != _committed && !IsBlank(_ring[(_head - 1) % Capacity])) EraseCharacter();
    }

    private static bool IsBlank(ushort item) => item is ' ' or '\t';

    /// <summary>Takes the last character of the edited line away, with all bytes of a UTF-8 sequence.</summary>
    private void EraseCharacter()
    {
        byte value = (byte)_ring[(_head - 1) % Capacity];
        while ((value & 0xc0) == 0x80 && _head - 1 != _committed)
        {
            _head--;
            value = (byte)_ring[(_head - 1) % Capacity];
        }
        _head--;
        if ((_termios.LocalFlags & Termios.Echo) == 0 || (_termios.LocalFlags & Termios.EchoErase) == 0) return;
        uint columns = 1;
        if (value == '\t') columns = _column - ColumnOfHead();
        else if (value < 0x20 || value == 0x7f) columns = (_termios.LocalFlags & Termios.EchoControl) != 0 ? 2u : 0;
        for (; columns != 0; columns--)
        {
            Put((byte)'\b');
            Put((byte)' ');
            Put((byte)'\b');
        }
    }

    private uint ColumnOfHead()
    {
        uint column = _editColumn;
        for (uint i = _committed; i != _head; i++)
        {
            byte value = (byte)_ring[i % Capacity];
            if (value == '\t') column = (column | 7) + 1;
            else if (value < 0x20 || value == 0x7f) column += 2;
            else if ((value & 0xc0) != 0x80) column++;
        }
        return column;
    }

    private void EchoByte(byte value)
    {
        if ((_termios.LocalFlags & Termios.Echo) != 0) Put(value);
    }

    /// <summary>Echoes a character; control characters as ^X.</summary>
    private void Echo(byte value)
    {
        bool isControl = (value < 0x20 || value == 0x7f) && value != '\t' && value != '\n';
        if (isControl && (_termios.LocalFlags & Termios.EchoControl) != 0)
        {
            EchoByte((byte)'^');
            EchoByte((byte)(value ^ 0x40));
        }
        else EchoByte(value);
    }
}
