using X64Emu.Primitives;

namespace X64Emu.Debugging.Symbols;

/// <summary>The first instructions of a function that keeps a frame pointer: <c>push rbp; mov rbp, rsp</c>, perhaps behind <c>endbr64</c>.</summary>
/// <param name="HasFrame">False for a function that begins otherwise.</param>
/// <param name="PushOffset">Where PUSH RBP is, in bytes from the function's start.</param>
/// <param name="FrameOffset">Where the frame pointer is in place.</param>
internal readonly record struct Prologue(bool HasFrame, ulong PushOffset, ulong FrameOffset)
{
    private const int MaximumBytes = 8;

    /// <summary>Looks at a function's first bytes in memory.</summary>
    public static Prologue Read(ulong function, MemoryReader memory)
    {
        Span<byte> buffer = stackalloc byte[MaximumBytes];
        ReadOnlySpan<byte> code = buffer[..Math.Clamp(memory(new VirtualAddress(function), buffer), 0, MaximumBytes)];
        ReadOnlySpan<byte> endbr64 = [0xf3, 0x0f, 0x1e, 0xfa];
        int push = code.StartsWith(endbr64) ? endbr64.Length : 0;
        code = code[push..];
        const int framedBytes = 4;
        bool hasFrame = code.StartsWith((ReadOnlySpan<byte>)[0x55, 0x48, 0x89, 0xe5]) || code.StartsWith((ReadOnlySpan<byte>)[0x55, 0x48, 0x8b, 0xec]);
        return new Prologue(hasFrame, (ulong)push, (ulong)(push + framedBytes));
    }
}
