using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>Where a read puts its bytes or a write takes them from: a program's memory or the kernel's, behind one pair of copies.</summary>
internal readonly unsafe struct IoBuffer
{
    private readonly ulong _address;
    private readonly bool _isUser;

    private IoBuffer(ulong address, bool isUser)
    {
        _address = address;
        _isUser = isUser;
    }

    /// <summary>A program's memory; checked at each copy.</summary>
    public static IoBuffer User(ulong address) => new IoBuffer(address, isUser: true);

    /// <summary>Kernel memory the caller vouches for.</summary>
    public static IoBuffer Kernel(void* address) => new IoBuffer((ulong)address, isUser: false);

    /// <summary>The same buffer without its first bytes.</summary>
    public IoBuffer From(ulong offset) => new IoBuffer(_address + offset, _isUser);

    /// <summary>Stores bytes at an offset into the buffer (a read delivers); false means EFAULT. May sleep on user memory.</summary>
    public bool Put(ulong offset, void* source, ulong lengthBytes)
    {
        if (_isUser) return UserMemory.CopyTo(_address + offset, source, lengthBytes);
        Memory.Copy((void*)(_address + offset), source, lengthBytes);
        return true;
    }

    /// <summary>Takes bytes from an offset into the buffer (a write collects); false means EFAULT. May sleep on user memory.</summary>
    public bool Get(ulong offset, void* destination, ulong lengthBytes)
    {
        if (_isUser) return UserMemory.CopyFrom(destination, _address + offset, lengthBytes);
        Memory.Copy(destination, (void*)(_address + offset), lengthBytes);
        return true;
    }
}
