using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>exec's strings on their way from the old program to the new one: argument and environment strings, each with its NUL.</summary>
internal sealed unsafe class ArgumentBlock
{
    /// <summary>Most bytes of strings and pointers: a quarter of the stack limit, as on Linux.</summary>
    public const ulong MaximumBytes = StackGrowth.DefaultLimitBytes / 4;

    /// <summary>Longest single string (MAX_ARG_STRLEN).</summary>
    private const ulong MaximumStringBytes = 128 << 10;

    private byte* _text;
    private ulong _capacity;

    public ulong LengthBytes { get; private set; }

    public int Count { get; private set; }

    public byte* Text => _text;

    /// <summary>Adds a string of kernel memory; false when the block is full.</summary>
    public bool Add(byte* text, ulong length)
    {
        if (!Reserve(length + 1)) return false;
        Memory.Copy(_text + LengthBytes, text, length);
        _text[LengthBytes + length] = 0;
        LengthBytes += length + 1;
        Count++;
        return true;
    }

    /// <summary>Adds the strings of a program's NULL-terminated pointer array; address 0 is an empty one. 0, -EFAULT, -E2BIG.</summary>
    public int AddUserStrings(ulong array)
    {
        if (array == 0) return 0;
        for (; ; array += 8)
        {
            if (!UserMemory.Read(array, out ulong pointer)) return -Errno.Fault;
            if (pointer == 0) return 0;
            ulong stringBytes = 0;
            while (true)
            {
                if (!Reserve(256)) return -Errno.ArgumentsTooLong;
                long length = UserMemory.CopyString(_text + LengthBytes, pointer, 256);
                if (length == -Errno.Fault) return -Errno.Fault;
                ulong copied = length < 0 ? 256 : (ulong)length + 1;
                LengthBytes += copied;
                pointer += copied;
                stringBytes += copied;
                if (length >= 0) break;
                if (stringBytes > MaximumStringBytes) return -Errno.ArgumentsTooLong;
            }
            Count++;
        }
    }

    public void Destroy()
    {
        if (_text != null) KernelHeap.Free(_text);
        KernelHeap.Free(this);
    }

    private bool Reserve(ulong more)
    {
        ulong wanted = LengthBytes + more;
        if (wanted + (ulong)Count * 8 > MaximumBytes) return false;
        if (wanted <= _capacity) return true;
        ulong capacity = _capacity == 0 ? 4000 : _capacity * 2;
        while (capacity < wanted) capacity *= 2;
        if (!FrameAllocator.CanSpare(capacity >> 12)) return false;
        byte* larger = (byte*)KernelHeap.Allocate(capacity);
        if (_text != null)
        {
            Memory.Copy(larger, _text, LengthBytes);
            KernelHeap.Free(_text);
        }
        _text = larger;
        _capacity = capacity;
        return true;
    }
}
