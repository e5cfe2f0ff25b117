using System.Globalization;
using System.Net;
using System.Net.Sockets;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Gdb;

/// <summary>What `x64emu gdb` says to those who call it wrongly.</summary>
public sealed class GdbCommandTests
{
    [Theory]
    [InlineData("gdb: give --port N, or --stdio")]
    [InlineData("gdb: --port and --stdio do not go together", "--port", "1", "--stdio")]
    [InlineData("--port 65536: write a number from 0 to 65535", "--port", "65536")]
    [InlineData("--port x: write a number from 0 to 65535", "--port", "x")]
    [InlineData("--stdin /no/such/file: no such file", "--stdio", "--stdin", "/no/such/file")]
    public void Options_Wrong_AreExplainedInOneLine(string message, params string[] options)
    {
        ProgramResult result = EmulatedProgram.Command(["gdb", .. options, Repository.Sample("cow-fork")]);
        Assert.Equal(new ProgramResult(2, "", $"x64emu: {message}\n"), result);
    }

    [Fact]
    public void Port_InUse_IsNamed()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        string port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        ProgramResult result = EmulatedProgram.Command(["gdb", "--port", port, Repository.Sample("cow-fork")]);
        Assert.Equal(new ProgramResult(2, "", $"x64emu: --port {port} is in use; choose another, or 0 for any free one\n"), result);
    }

    [Fact]
    public void Program_Missing_IsNamed()
    {
        ProgramResult result = EmulatedProgram.Command(["gdb", "--stdio", "no-such-program"]);
        Assert.Equal(new ProgramResult(2, "", "x64emu: no-such-program: no such file, neither here nor in PATH\n"), result);
    }

    [Fact]
    public void Stdio_InputEndsAtOnce_KillsTheProgram() =>
        Assert.Equal(137, EmulatedProgram.Command(["gdb", "--stdio", Repository.Sample("cow-fork")]).ExitStatus);
}
