namespace X64Emu.Gdb.Protocol;

/// <summary>Reads what stands behind a packet's name, part by part. What does not fit is left and reported by false.</summary>
internal sealed class PacketArguments(string text)
{
    private int position;

    /// <summary>What has not been read.</summary>
    public ReadOnlySpan<char> Rest => text.AsSpan(position);

    /// <summary>Whether everything was read.</summary>
    public bool IsAtEnd => position == text.Length;

    /// <summary>Takes one character if it is the next.</summary>
    public bool Skip(char expected)
    {
        if (position == text.Length || text[position] != expected) return false;
        position++;
        return true;
    }

    /// <summary>Takes a text if it comes next.</summary>
    public bool Skip(string expected)
    {
        if (!Rest.StartsWith(expected, StringComparison.Ordinal)) return false;
        position += expected.Length;
        return true;
    }

    /// <summary>Takes the next character.</summary>
    public bool TryCharacter(out char character)
    {
        character = IsAtEnd ? '\0' : text[position];
        if (!IsAtEnd) position++;
        return character != '\0';
    }

    /// <summary>Takes a number of 1 to 16 digits.</summary>
    public bool TryNumber(out ulong value)
    {
        value = 0;
        int start = position;
        while (position < text.Length && Hex.Digit(text[position]) is >= 0 and int digit)
        {
            if (position - start == 16) return false;
            value = value << 4 | (uint)digit;
            position++;
        }
        return position > start;
    }

    /// <summary>Takes a number that fits a non-negative int.</summary>
    public bool TryInt32(out int value)
    {
        bool fits = TryNumber(out ulong number) && number <= int.MaxValue;
        value = fits ? (int)number : 0;
        return fits;
    }

    /// <summary>Takes what stands before a character, or all the rest when it does not occur; the character itself stays.</summary>
    public ReadOnlySpan<char> Until(char end)
    {
        ReadOnlySpan<char> rest = Rest;
        int length = rest.IndexOf(end);
        if (length < 0) length = rest.Length;
        position += length;
        return rest[..length];
    }

    /// <summary>Takes a thread: `pPID.TID`, `pPID`, or `TID`; -1 means all and 0 any.</summary>
    public bool TryThread(out ThreadSelector thread)
    {
        thread = ThreadSelector.Any;
        if (!Skip('p'))
        {
            bool isThread = TrySelector(out int only);
            thread = only == ThreadSelector.AllNumber ? ThreadSelector.All : new ThreadSelector(ThreadSelector.AnyNumber, only);
            return isThread;
        }
        if (!TrySelector(out int pid)) return false;
        int tid = ThreadSelector.AllNumber;
        if (Skip('.') && !TrySelector(out tid)) return false;
        thread = new ThreadSelector(pid, tid);
        return true;
    }

    private bool TrySelector(out int number)
    {
        number = ThreadSelector.AllNumber;
        return Skip("-1") || TryInt32(out number);
    }
}
