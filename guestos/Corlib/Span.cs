using System.Runtime.CompilerServices;

namespace System;

/// <summary>A bounds-checked window on memory.</summary>
public readonly unsafe ref struct Span<T> where T : unmanaged
{
    private readonly ref T _reference;
    private readonly int _length;

    public Span(void* pointer, int length)
    {
        _reference = ref Unsafe.AsRef<T>(pointer);
        _length = length;
    }

    private Span(ref T reference, int length)
    {
        _reference = ref reference;
        _length = length;
    }

    /// <summary>Elements in the window.</summary>
    public int Length => _length;

    public ref T this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_length) Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowIndexOutOfRangeException();
            return ref Unsafe.Add(ref _reference, index);
        }
    }

    public Span<T> Slice(int start, int length)
    {
        if ((uint)start > (uint)_length || (uint)length > (uint)(_length - start))
            Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowIndexOutOfRangeException();
        return new Span<T>(ref Unsafe.Add(ref _reference, start), length);
    }

    public ref T GetPinnableReference() => ref _reference;

    public static implicit operator ReadOnlySpan<T>(Span<T> span) => new ReadOnlySpan<T>(Unsafe.AsPointer(ref span._reference), span._length);
}
