using X64Emu.Cli.Terminal;
using Xunit;

namespace X64Emu.Cli.Tests.Terminal;

public sealed class RawTerminalTests
{
    [UnixFact]
    public void Enter_Terminal_PassesKeysOnAtOnce()
    {
        using PseudoTerminal pty = new();
        using RawTerminal? raw = RawTerminal.Enter(pty.Descriptor);
        Assert.NotNull(raw);
        pty.Keyboard.Write([(byte)'a', 3, (byte)'\r']);
        byte[] keys = new byte[3];
        pty.Terminal.ReadExactly(keys); // neither waits for a line nor turns ^C into a signal nor \r into \n
        Assert.Equal([(byte)'a', 3, (byte)'\r'], keys);
    }

    [UnixFact]
    public void Enter_Terminal_StillReturnsTheCarriageOnOutput()
    {
        using PseudoTerminal pty = new();
        using RawTerminal? raw = RawTerminal.Enter(pty.Descriptor);
        pty.Terminal.Write("x\n"u8);
        byte[] screen = new byte[3];
        pty.Keyboard.ReadExactly(screen);
        Assert.Equal("x\r\n"u8.ToArray(), screen);
    }

    [UnixFact]
    public void Dispose_Twice_RestoresTheTerminalOnce()
    {
        using PseudoTerminal pty = new();
        byte[] before = HostTerminal.ReadAttributes(pty.Descriptor)!;
        RawTerminal raw = RawTerminal.Enter(pty.Descriptor)!;
        Assert.NotEqual(before, HostTerminal.ReadAttributes(pty.Descriptor));
        raw.Dispose();
        raw.Dispose();
        Assert.Equal(before, HostTerminal.ReadAttributes(pty.Descriptor));
    }

    [UnixFact]
    public void Enter_File_IsNull()
    {
        using FileStream file = new("/dev/null", FileMode.Open);
        Assert.Null(RawTerminal.Enter((int)file.SafeFileHandle.DangerousGetHandle()));
    }
}
