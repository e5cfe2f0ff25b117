using System.Runtime;
using System.Runtime.CompilerServices;

namespace Internal.Runtime.CompilerHelpers;

/// <summary>Where compiled code goes when a check fails. There are no exceptions here: every one is a kernel bug and ends in a panic.</summary>
internal static class ThrowHelpers
{
    /// <summary>Ends in a panic with this reason.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "kernel_fail")]
    internal static extern void Fail(string reason);

    internal static void ThrowIndexOutOfRangeException() => Fail("index out of range");
    private static void ThrowDivideByZeroException() => Fail("division by zero");
    private static void ThrowOverflowException() => Fail("arithmetic overflow");
    private static void ThrowNullReferenceException() => Fail("null reference");
    private static void ThrowInvalidProgramException(int id) => Fail("invalid program");
    private static void ThrowInvalidProgramExceptionWithArgument(int id, string name) => Fail("invalid program");
    private static void ThrowTypeLoadException(int id, string type, string assembly) => Fail("type does not load");
    private static void ThrowTypeLoadExceptionWithArgument(int id, string type, string assembly, string argument) => Fail("type does not load");
    private static void ThrowMissingMethodException(int id, string name) => Fail("missing method");
    private static void ThrowMissingFieldException(int id, string name) => Fail("missing field");
    private static void ThrowFileNotFoundException(int id, string name) => Fail("missing assembly");
    private static void ThrowBadImageFormatException(int id) => Fail("bad image format");
    private static void ThrowNotSupportedException() => Fail("not supported");
    private static void ThrowFeatureBodyRemoved() => Fail("feature removed");
    private static void ThrowInstanceBodyRemoved() => Fail("method body removed");
    private static void ThrowUnavailableType() => Fail("unavailable type");
    private static void ThrowPlatformNotSupportedException() => Fail("platform not supported");
}
