using System;
using System.Runtime.CompilerServices;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>
/// A directory or text file in which the kernel shows its own state, below /proc, /proc/sys and /sys: the tables <see cref="ProcTree"/>,
/// <see cref="SysTree"/> and the settings say what there is. Made at the start, never freed.
/// </summary>
internal sealed unsafe class KernelNode
{
    private const uint DirectoryMode = 0x16d;
    private const uint ReadMode = 0x124;
    private const uint SettingMode = 0x1a4;
    private const uint CommandMode = 0x80;
    private const uint PrivateMode = 0x100;
    private const uint LinkMode = 0x1ff;
    private const int LongestNumberedName = 40;

    private static uint s_lastNumber;

    private readonly byte* _name;
    private readonly int _nameLength;
    private byte* _text;
    private int _textLength;
    private KernelNode _last;
    private delegate*<ref TextWriter, void> _show;
    private delegate*<ReadOnlySpan<byte>, int> _store;
    private delegate*<int> _changed;
    private int* _value;
    private ulong* _longValue;
    private ulong _least;
    private ulong _most;

    private KernelNode(ReadOnlySpan<byte> name, uint mode)
    {
        // Names are literals: they stay where they are.
        fixed (byte* text = name) _name = text;
        _nameLength = name.Length;
        Mode = mode;
        Number = ++s_lastNumber;
    }

    public ReadOnlySpan<byte> Name => new ReadOnlySpan<byte>(_name, _nameLength);

    /// <summary>Tells nodes apart, from 1.</summary>
    public uint Number { get; }

    /// <summary>Permission bits.</summary>
    public uint Mode { get; }

    public InodeKind Kind => Mode == DirectoryMode ? InodeKind.Directory : Mode == LinkMode ? InodeKind.SymbolicLink : InodeKind.Regular;

    /// <summary>A link's target, or a text that never changes.</summary>
    public ReadOnlySpan<byte> Text => new ReadOnlySpan<byte>(_text, _textLength);

    /// <summary>First member of a directory; the others by <see cref="Next"/>, in the order in which they were added.</summary>
    public KernelNode First { get; private set; }

    public KernelNode Next { get; private set; }

    /// <summary>Opens files that are no text; null for those that are.</summary>
    public delegate*<Inode, uint, OpenFile> Opener { get; private set; }

    /// <summary>A tree's top.</summary>
    public static KernelNode NewRoot() => new KernelNode(""u8, DirectoryMode);

    /// <summary>The member of that name, made if there is none yet.</summary>
    /// <param name="name">A literal, as in all methods here.</param>
    public KernelNode AddDirectory(ReadOnlySpan<byte> name) => Find(name) ?? Add(new KernelNode(name, DirectoryMode));

    /// <summary>A directory whose name ends in a number, made if there is none yet.</summary>
    public KernelNode AddDirectory(ReadOnlySpan<byte> name, ulong number)
    {
        byte* text = (byte*)KernelHeap.Allocate(LongestNumberedName);
        TextWriter writer = new TextWriter(text, LongestNumberedName);
        writer.Text(name);
        writer.Decimal(number);
        return AddDirectory(writer.Written);
    }

    /// <summary>A symbolic link.</summary>
    public void AddLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target) => Add(new KernelNode(name, LinkMode)).SetConstant(target);

    /// <summary>A file that always says the same.</summary>
    public void AddText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text) => Add(new KernelNode(name, ReadMode)).SetConstant(text);

    /// <summary>A file that can be read only.</summary>
    public void AddFile(ReadOnlySpan<byte> name, delegate*<ref TextWriter, void> show) => Add(new KernelNode(name, ReadMode)).SetText(show, null);

    /// <summary>A file that can be read and written.</summary>
    /// <param name="store">Takes what was written; 0 or a negative errno.</param>
    public void AddFile(ReadOnlySpan<byte> name, delegate*<ref TextWriter, void> show, delegate*<ReadOnlySpan<byte>, int> store) =>
        Add(new KernelNode(name, SettingMode)).SetText(show, store);

    /// <summary>A file that can be written only.</summary>
    public void AddCommand(ReadOnlySpan<byte> name, delegate*<ReadOnlySpan<byte>, int> store) => Add(new KernelNode(name, CommandMode)).SetText(null, store);

    /// <summary>A number that can be read and set.</summary>
    /// <param name="value">A static field.</param>
    /// <param name="least">Least value, not negative; anything less is EINVAL.</param>
    /// <param name="most">Greatest value.</param>
    /// <param name="changed">Called after each change; a negative errno takes the change back. May be null.</param>
    public void AddNumber(ReadOnlySpan<byte> name, ref int value, int least, int most, delegate*<int> changed = null)
    {
        KernelNode node = Add(new KernelNode(name, SettingMode));
        node._value = (int*)Unsafe.AsPointer(ref value);
        node.SetRange((ulong)least, (ulong)most, changed);
    }

    /// <summary>The same for a 64-bit number.</summary>
    public void AddNumber(ReadOnlySpan<byte> name, ref ulong value, ulong least, ulong most, delegate*<int> changed = null)
    {
        KernelNode node = Add(new KernelNode(name, SettingMode));
        node._longValue = (ulong*)Unsafe.AsPointer(ref value);
        node.SetRange(least, most, changed);
    }

    /// <summary>A number that never changes.</summary>
    public void AddConstant(ReadOnlySpan<byte> name, ulong value)
    {
        KernelNode node = Add(new KernelNode(name, ReadMode));
        node.SetRange(value, value, null);
    }

    /// <summary>A file of another kind than text, which only its owner may read.</summary>
    public void AddSpecial(ReadOnlySpan<byte> name, delegate*<Inode, uint, OpenFile> opener) => Add(new KernelNode(name, PrivateMode)).Opener = opener;

    /// <summary>A directory's member; null when there is none.</summary>
    public KernelNode Find(ReadOnlySpan<byte> name)
    {
        for (KernelNode node = First; node != null; node = node.Next)
            if (IsEqual(node.Name, name)) return node;
        return null;
    }

    /// <summary>Writes a file's text.</summary>
    public void Show(ref TextWriter writer)
    {
        if (_show != null)
        {
            _show(ref writer);
            return;
        }
        if (_text != null)
        {
            writer.Text(Text);
            return;
        }
        writer.Decimal(_value != null ? (uint)*_value : _longValue != null ? *_longValue : _least);
        writer.Byte((byte)'\n');
    }

    /// <summary>Takes a text that was written to a file; 0 or a negative errno.</summary>
    public int Store(ReadOnlySpan<byte> text)
    {
        if (_store != null) return _store(text);
        if (!NumberText.TryParse(text, out ulong number, out bool isNegative) || isNegative || number < _least || number > _most) return -Errno.Invalid;
        ulong old = _value != null ? (uint)*_value : *_longValue;
        Set(number);
        int error = _changed == null ? 0 : _changed();
        if (error != 0) Set(old);
        return error;
    }

    private void Set(ulong number)
    {
        if (_value != null) *_value = (int)number;
        else *_longValue = number;
    }

    private KernelNode Add(KernelNode node)
    {
        if (_last == null) First = node;
        else _last.Next = node;
        _last = node;
        return node;
    }

    private void SetText(delegate*<ref TextWriter, void> show, delegate*<ReadOnlySpan<byte>, int> store)
    {
        _show = show;
        _store = store;
    }

    private void SetConstant(ReadOnlySpan<byte> text)
    {
        fixed (byte* literal = text) _text = literal;
        _textLength = text.Length;
    }

    private void SetRange(ulong least, ulong most, delegate*<int> changed)
    {
        _least = least;
        _most = most;
        _changed = changed;
    }

    /// <summary>True when two names are the same.</summary>
    public static bool IsEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length) return false;
        for (int i = 0; i < left.Length; i++)
            if (left[i] != right[i]) return false;
        return true;
    }
}
