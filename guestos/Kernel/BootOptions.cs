using System;
using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Kernel;

/// <summary>
/// The kernel command line: <c>OPTIONS -- PROGRAM ARG...</c>, words separated by one blank, each percent-encoded. A loader may append
/// <c>virtio_mmio.device=...</c> words; they are dropped wherever the end is. The words stay in one decoded copy, NUL-terminated.
/// </summary>
internal sealed unsafe class BootOptions
{
    private byte* _text;
    private byte*[] _words;
    private int _wordCount;
    private int _programIndex;

    /// <summary>Copies and decodes the boot loader's line, at most 64 KiB.</summary>
    public BootOptions(byte* commandLine)
    {
        ulong length = Memory.StringLength(commandLine, BootMemory.MaximumCommandLineBytes);
        _text = (byte*)KernelHeap.Allocate(length + 1);
        _words = new byte*[CountWords(commandLine, length)];
        byte* target = _text;
        ulong at = 0;
        // One blank ends a word, so two in a row have an empty word between them: an empty argument.
        for (; at <= length; at++)
        {
            _words[_wordCount++] = target;
            while (at < length && commandLine[at] != ' ') *target++ = Decode(commandLine, length, ref at);
            *target++ = 0;
        }
        while (_wordCount > 0 && StartsWith(_words[_wordCount - 1], "virtio_mmio.device="u8)) _wordCount--;
        _programIndex = 0;
        while (_programIndex < _wordCount && !Equals(_words[_programIndex], "--"u8)) _programIndex++;
    }

    /// <summary>Words before "--".</summary>
    public int OptionCount => _programIndex;

    /// <summary>An option word, NUL-terminated.</summary>
    public byte* Option(int index) => _words[index];

    /// <summary>The program and its arguments; 0 when none is named.</summary>
    public int ArgumentCount => _programIndex < _wordCount ? _wordCount - _programIndex - 1 : 0;

    /// <summary>A word after "--"; 0 is the program.</summary>
    public byte* Argument(int index) => _words[_programIndex + 1 + index];

    /// <summary>What follows a prefix such as "loglevel=", or null when the word does not start with it.</summary>
    public static byte* ValueOf(byte* word, ReadOnlySpan<byte> prefix) => StartsWith(word, prefix) ? word + prefix.Length : null;

    /// <summary>True when a NUL-terminated word is exactly this text.</summary>
    public static bool Equals(byte* word, ReadOnlySpan<byte> text) => StartsWith(word, text) && word[text.Length] == 0;

    public void Destroy()
    {
        KernelHeap.Free(_text);
        KernelHeap.Free(_words);
        KernelHeap.Free(this);
    }

    private static bool StartsWith(byte* word, ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
            if (word[i] != text[i]) return false;
        return true;
    }

    private static int CountWords(byte* text, ulong length)
    {
        int count = 1;
        for (ulong i = 0; i < length; i++)
            if (text[i] == ' ') count++;
        return count;
    }

    /// <summary>One byte, which may be written as %XX.</summary>
    private static byte Decode(byte* text, ulong length, ref ulong at)
    {
        byte value = text[at++];
        if (value != '%' || at + 2 > length) return value;
        int high = HexValue(text[at]), low = HexValue(text[at + 1]);
        if (high < 0 || low < 0) return value;
        at += 2;
        return (byte)(high * 16 + low);
    }

    private static int HexValue(byte digit)
    {
        if (digit >= '0' && digit <= '9') return digit - '0';
        if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
        if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
        return -1;
    }
}
