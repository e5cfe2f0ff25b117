namespace GuestOs.Syscalls;

/// <summary>The last argument of FUTEX_WAKE_OP: what is done to a word, and how its old value is compared (futex(2)).</summary>
internal readonly struct FutexModification
{
    private const uint Shifted = 8;

    private readonly uint _operation;
    private readonly uint _comparison;
    private readonly int _operand;
    private readonly int _compared;

    /// <summary>Takes the argument apart: operation, comparison, and two signed numbers of 12 bits.</summary>
    public FutexModification(uint encoded)
    {
        _operation = encoded >> 28 & 7;
        _comparison = encoded >> 24 & 15;
        _operand = (int)(encoded << 8) >> 20;
        _compared = (int)(encoded << 20) >> 20;
        if ((encoded >> 28 & Shifted) != 0) _operand = 1 << (_operand & 31);
    }

    public bool IsValid => _operation <= 4 && _comparison <= 5;

    /// <summary>The word's new value.</summary>
    public uint Apply(uint old) => _operation switch
    {
        0 => (uint)_operand,
        1 => old + (uint)_operand,
        2 => old | (uint)_operand,
        3 => old & ~(uint)_operand,
        _ => old ^ (uint)_operand,
    };

    /// <summary>True when the old value compares as asked.</summary>
    public bool Compare(uint old) => _comparison switch
    {
        0 => (int)old == _compared,
        1 => (int)old != _compared,
        2 => (int)old < _compared,
        3 => (int)old <= _compared,
        4 => (int)old > _compared,
        _ => (int)old >= _compared,
    };
}
