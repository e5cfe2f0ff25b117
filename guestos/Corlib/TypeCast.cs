using System.Runtime.CompilerServices;
using Internal.Runtime;
using Internal.Runtime.CompilerHelpers;

namespace System.Runtime;

/// <summary>What <c>is</c>, <c>as</c>, casts and stores into object arrays compile to. Classes and arrays; the kernel does not cast to interfaces.</summary>
internal static unsafe class TypeCast
{
    private struct ReferenceSlot
    {
        public object Value;
    }

    private static bool IsInstance(MethodTable* target, object value)
    {
        MethodTable* type = value._methodTable;
        if (type == target) return true;
        if (target->IsParameterized)
            return type->IsParameterized && type->BaseSize == target->BaseSize && type->Related == target->Related;
        if (type->IsParameterized) return false;
        for (type = type->Related; type != null; type = type->Related)
            if (type == target) return true;
        return false;
    }

    private static object IsInstanceOfClass(MethodTable* target, object value) => value == null || IsInstance(target, value) ? value : null;

    private static object IsInstanceOfAny(MethodTable* target, object value) => IsInstanceOfClass(target, value);

    private static object IsInstanceOfException(MethodTable* target, object value) => IsInstanceOfClass(target, value);

    private static object IsInstanceOfInterface(MethodTable* target, object value)
    {
        ThrowHelpers.Fail("cast to an interface");
        return null;
    }

    private static object CheckCastClass(MethodTable* target, object value)
    {
        if (value != null && !IsInstance(target, value)) ThrowHelpers.Fail("invalid cast");
        return value;
    }

    private static object CheckCastAny(MethodTable* target, object value) => CheckCastClass(target, value);

    private static object CheckCastClassSpecial(MethodTable* target, object value) => CheckCastClass(target, value);

    private static object CheckCastInterface(MethodTable* target, object value) => IsInstanceOfInterface(target, value);

    private static ref object ElementAt(object[] array, nint index) =>
        ref Unsafe.Add(ref Unsafe.As<byte, ReferenceSlot>(ref Unsafe.As<RawArrayData>(array).Data), (int)index).Value;

    private static void StelemRef(object[] array, nint index, object value)
    {
        if ((nuint)index >= (nuint)array.Length) ThrowHelpers.ThrowIndexOutOfRangeException();
        if (value != null && !IsInstance(array._methodTable->Related, value)) ThrowHelpers.Fail("array type mismatch");
        ElementAt(array, index) = value;
    }

    private static ref object LdelemaRef(object[] array, nint index, nint elementType)
    {
        if ((nuint)index >= (nuint)array.Length) ThrowHelpers.ThrowIndexOutOfRangeException();
        if ((nint)array._methodTable->Related != elementType) ThrowHelpers.Fail("array type mismatch");
        return ref ElementAt(array, index);
    }
}
