using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>System V objects of one kind. An identifier is an index and a number that makes old identifiers fail.</summary>
internal sealed class InterprocessTable
{
    /// <summary>SEMMNI and MSGMNI.</summary>
    public const int MaximumCount = 32000;

    private const int SequenceShift = 15;
    private const int MaximumSequence = 65536;
    private const int FirstCapacity = 16;

    private InterprocessObject[] _objects = new InterprocessObject[FirstCapacity];
    private int _sequence;
    private int _lastIndex = -1;

    public int Count { get; private set; }

    /// <summary>The highest index in use, -1 when there is none.</summary>
    public int HighestIndex
    {
        get
        {
            int index = _objects.Length - 1;
            while (index >= 0 && _objects[index] == null) index--;
            return index;
        }
    }

    /// <summary>The object at an index, or null.</summary>
    public InterprocessObject At(int index) => (uint)index < (uint)_objects.Length ? _objects[index] : null;

    /// <summary>The object with an identifier: 0, -EINVAL when there is none.</summary>
    public int Find(int id, out InterprocessObject found)
    {
        found = id < 0 ? null : At(id & ((1 << SequenceShift) - 1));
        if (found != null && found.Id == id) return 0;
        found = null;
        return -Errno.Invalid;
    }

    /// <summary>The object with a key, or null.</summary>
    public InterprocessObject FindKey(int key)
    {
        for (int i = 0; i < _objects.Length && key != 0; i++)
            if (_objects[i] != null && _objects[i].Key == key) return _objects[i];
        return null;
    }

    /// <summary>Gives an object its identifier, which is returned. The caller has seen that there are not too many.</summary>
    public int Add(InterprocessObject item)
    {
        int index = 0;
        while (index < _objects.Length && _objects[index] != null) index++;
        if (index == _objects.Length) Grow();
        if (index <= _lastIndex && ++_sequence == MaximumSequence) _sequence = 0;
        _lastIndex = index;
        _objects[index] = item;
        item.Id = _sequence << SequenceShift | index;
        Count++;
        return item.Id;
    }

    /// <summary>IPC_RMID.</summary>
    public void Remove(InterprocessObject item)
    {
        _objects[item.Id & ((1 << SequenceShift) - 1)] = null;
        Count--;
        item.Remove();
    }

    private void Grow()
    {
        InterprocessObject[] larger = new InterprocessObject[_objects.Length * 2];
        for (int i = 0; i < _objects.Length; i++) larger[i] = _objects[i];
        KernelHeap.Free(_objects);
        _objects = larger;
    }
}
