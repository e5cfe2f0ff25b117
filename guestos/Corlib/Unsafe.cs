namespace System.Runtime.CompilerServices;

/// <summary>Reinterpretations that ILC expands in place; none of them checks anything.</summary>
public static unsafe class Unsafe
{
    [Intrinsic] public static extern ref T AsRef<T>(void* source);
    [Intrinsic] public static extern ref TTo As<TFrom, TTo>(ref TFrom source);
    [Intrinsic] public static extern T As<T>(object value) where T : class;
    [Intrinsic] public static extern ref T Add<T>(ref T source, int elementOffset);
    [Intrinsic] public static extern void* AsPointer<T>(ref T value);

    /// <summary>The address of an object: where its method table pointer is. Objects never move.</summary>
    public static void* AddressOf(object value) => *(void**)AsPointer(ref value);

    /// <summary>The object at an address, or null for the null address.</summary>
    public static object ObjectAt(void* address)
    {
        object result = null;
        *(void**)AsPointer(ref result) = address;
        return result;
    }
}
