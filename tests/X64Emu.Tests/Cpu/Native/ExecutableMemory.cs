using System.Runtime.InteropServices;
using Iced.Intel;

namespace X64Emu.Tests.Cpu.Native;

/// <summary>Pages of the host that machine code can be put into and run from.</summary>
internal static unsafe partial class ExecutableMemory
{
    private const nuint SizeBytes = 16 << 20;
    private const int ReadWriteExecute = 7;
    private const int PrivateAnonymous = 0x22;
    private static readonly Lock Gate = new();
    private static ulong _next;

    /// <summary>Address of the first page.</summary>
    public static ulong Start { get; } = Reserve();

    /// <summary>The address behind the last page.</summary>
    public static ulong End => Start + SizeBytes;

    /// <summary>Assembles code into a place of its own, where it stays for the life of the process.</summary>
    public static ulong Install(Assembler assembler)
    {
        lock (Gate)
        {
            ulong address = Start + _next;
            using var code = new MemoryStream();
            assembler.Assemble(new StreamCodeWriter(code), address);
            byte[] bytes = code.ToArray();
            if (_next + (ulong)bytes.Length > SizeBytes)
                throw new InvalidOperationException("the tests install more machine code than was reserved for it");
            bytes.CopyTo(new Span<byte>((void*)address, bytes.Length));
            _next += ((ulong)bytes.Length + 15) & ~15UL;
            return address;
        }
    }

    private static ulong Reserve()
    {
        nint address = Map(0, SizeBytes, ReadWriteExecute, PrivateAnonymous, -1, 0);
        return address != -1 ? (ulong)address : throw new InvalidOperationException($"mmap failed with errno {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint lengthBytes, int protection, int flags, int file, long offset);
}
