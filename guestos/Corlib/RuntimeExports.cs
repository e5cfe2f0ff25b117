using System.Runtime;

namespace Internal.Runtime.CompilerHelpers;

/// <summary>Symbols that compiled code refers to and that mean nothing in a kernel without a garbage collector.</summary>
internal static class RuntimeExports
{
    [RuntimeExport("RhpReversePInvoke")]
    private static void ReversePInvoke(nint frame) { }

    [RuntimeExport("RhpReversePInvokeReturn")]
    private static void ReversePInvokeReturn(nint frame) { }

    [RuntimeExport("RhpPInvoke")]
    private static void PInvoke(nint frame) { }

    [RuntimeExport("RhpPInvokeReturn")]
    private static void PInvokeReturn(nint frame) { }

    [RuntimeExport("RhpGcPoll")]
    private static void GcPoll() { }

    [RuntimeExport("RhpTrapThreads")]
    private static void TrapThreads() { }

    /// <summary>A stack cookie was overwritten.</summary>
    [RuntimeExport("RhpFallbackFailFast")]
    private static void FailFast() => ThrowHelpers.Fail("stack buffer overrun");
}
