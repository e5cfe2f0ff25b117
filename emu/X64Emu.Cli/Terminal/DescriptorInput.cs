using System.Runtime.InteropServices;

namespace X64Emu.Cli.Terminal;

/// <summary>Bytes of a file descriptor, waited for with poll(2): a reader can give up without having taken a byte.</summary>
internal sealed partial class DescriptorInput(int descriptor)
{
    private const short Readable = 1; // POLLIN, the same everywhere

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }

    /// <summary>Waits until there is something to read, or the input has ended.</summary>
    /// <param name="timeoutMilliseconds">How long at most; 0 looks only, -1 waits for ever.</param>
    public bool WaitForInput(int timeoutMilliseconds)
    {
        PollDescriptor poll = new() { Descriptor = descriptor, Wanted = Readable };
        return Poll(ref poll, 1, timeoutMilliseconds) > 0;
    }

    /// <summary>Reads what is there; may wait when nothing is. 0 at the end of the input.</summary>
    public int Read(Span<byte> buffer)
    {
        nint count = Read(descriptor, buffer, (nuint)buffer.Length);
        return count > 0 ? (int)count : 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Read(int descriptor, Span<byte> buffer, nuint count);
}
