using Iced.Intel;

namespace X64Emu.Cpu.Decode;

/// <summary>A reusable source of up to a page of code bytes for the decoder.</summary>
internal sealed class CodeBytes : CodeReader
{
    private readonly byte[] bytes = new byte[4096];
    private int position, length;

    public int Remaining => length - position;

    public void Set(ReadOnlySpan<byte> code)
    {
        code.CopyTo(bytes);
        length = code.Length;
        position = 0;
    }

    /// <summary>The bytes behind so many.</summary>
    public ReadOnlySpan<byte> From(int offset) => bytes.AsSpan(offset, length - offset);

    /// <inheritdoc/>
    public override int ReadByte() => position < length ? bytes[position++] : -1;
}
