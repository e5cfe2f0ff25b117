using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace X64Emu.Cli.Tests.Terminal;

/// <summary>A terminal without a screen: what is written to one end is typed at the other.</summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    public PseudoTerminal()
    {
        if (OpenPty(out int keyboard, out int terminal, 0, 0, 0) != 0) throw new IOException("openpty failed");
        Descriptor = terminal;
        Keyboard = new FileStream(new SafeFileHandle(keyboard, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);
        Terminal = new FileStream(new SafeFileHandle(terminal, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);
    }

    /// <summary>The program's end.</summary>
    public int Descriptor { get; }

    public FileStream Keyboard { get; }

    public FileStream Terminal { get; }

    public void Dispose()
    {
        Terminal.Dispose();
        Keyboard.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "openpty")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenPty(out int keyboard, out int terminal, nint name, nint attributes, nint size);
}
