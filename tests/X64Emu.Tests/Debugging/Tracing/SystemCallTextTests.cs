using System.Text;
using X64Emu.Debugging.Running;
using X64Emu.Debugging.Tracing;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Debugging.Tracing;

/// <summary>System calls in strace's words; the words are those of strace 6.1.</summary>
public sealed class SystemCallTextTests : IDisposable
{
    private const ulong Data = PagedPc.Pages;
    private readonly PagedPc pc = new();

    public void Dispose() => pc.Dispose();

    [Theory]
    [InlineData(12, 0UL, 0x4b0000, "brk(NULL)                               = 0x4b0000")]
    [InlineData(3, 3UL, 0, "close(3)                                = 0")]
    [InlineData(3, 99UL, -9, "close(99)                               = -1 EBADF (Bad file descriptor)")]
    [InlineData(95, 18UL, 18, "umask(022)                              = 022")]
    [InlineData(62, 5UL, -4094, "kill(5, 0)                              = -4094")]
    [InlineData(39, 0UL, 12, "getpid()                                = 12")]
    public void Result_OfEachKind_IsInItsColumn(int number, ulong argument, long result, string expected) =>
        Assert.Equal(expected, Line(Ended(number, result, argument)));

    [Fact]
    public void Strings_AreEscapedAndCut()
    {
        Put(Data, "a\n\"\\\u0001" + "7\u00e9 and more than thirty-two bytes of text\0");
        Assert.Equal("write(1, \"a\\n\\\"\\\\\\0017\\303\\251 and more than thirty-tw\"..., 40)", Text(Ended(1, 40, 1, Data, 40)));
        Assert.Equal("write(1, 0x9000000000, 3)", Text(Ended(1, 3, 1, 0x90_0000_0000, 3)));
    }

    [Fact]
    public void Output_BeforeTheEndAndAfterAnError_IsAnAddress()
    {
        Put(Data, "abc");
        SystemCallEvent call = Ended(0, 3, 0, Data, 10);
        Assert.Equal("read(0, \"abc\", 10)", Text(call));
        Assert.Equal("read(0, 0x200000, 10)", Text(call with { Phase = SystemCallPhase.Entry }));
        Assert.Equal("read(0, 0x200000, 10)", Text(call with { Result = -11 }));
        Assert.EndsWith(" = ?", Line(call with { Phase = SystemCallPhase.Entry }), StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_CutInTwo_ShowTheRestAtTheirEnd()
    {
        Put(Data, "abc");
        SystemCallEvent read = Ended(0, 3, 5, Data, 10), wake = Ended(202, 0, Data, 129, 1), fork = Ended(56, 7, 0x100_0011, 0, 0, Data);
        Assert.Equal(["read(5, ", "<... read resumed>\"abc\", 10)"], Cut(read));
        Assert.Equal(["futex(0x200000, FUTEX_WAKE_PRIVATE, 1", "<... futex resumed>)"], Cut(wake));
        Assert.Equal(["clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD", "<... clone resumed>, child_tidptr=0x200000)"], Cut(fork));

        string[] Cut(SystemCallEvent call)
        {
            TracedCall begun = Begun(call);
            return [begun.Cut(), begun.Resumed(call)];
        }
    }

    [Theory]
    [InlineData(-512, "ERESTARTSYS (To be restarted if SA_RESTART is set)")]
    [InlineData(-516, "ERESTART_RESTARTBLOCK (Interrupted by signal)")]
    public void InterruptedCall_ShowsTheKernelsResult(long result, string expected) =>
        Assert.Equal($"read(0, 0x200000, 10)                   = ? {expected}", Line(Ended(0, result, 0, Data, 10)));

    /// <summary>What the kernel has not brought in at the beginning is shown as it is at the end, all else as it was at the beginning.</summary>
    [Fact]
    public void Input_ChangedByTheCall_IsShownAsItWas()
    {
        pc.Memory.Write(new VirtualAddress(Data), [9, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]);
        SystemCallEvent sleep = Ended(35, -516, Data, Data);
        TracedCall call = Begun(sleep);
        pc.Memory.Write(new VirtualAddress(Data), [8]);
        Assert.Equal("nanosleep({tv_sec=9, tv_nsec=7}, {tv_sec=8, tv_nsec=7})", call.Whole(sleep));
    }

    [Theory]
    [InlineData(0x241UL, "openat(AT_FDCWD, \"/tmp/x\", O_WRONLY|O_CREAT|O_TRUNC, 0644)")]
    [InlineData(0x80000UL, "openat(AT_FDCWD, \"/tmp/x\", O_RDONLY|O_CLOEXEC)")]
    [InlineData(0x1_0000_0000UL, "openat(AT_FDCWD, \"/tmp/x\", O_RDONLY)")]
    public void Open_FlagsAndMode_AreNamed(ulong flags, string expected)
    {
        Put(Data, "/tmp/x\0");
        Assert.Equal(expected, Text(Ended(257, 3, unchecked((ulong)-100L), Data, flags, 0x1a4)));
    }

    [Fact]
    public void UnknownCalls_ShowTheirNumbers()
    {
        Assert.Equal("syscall_0x270f(0x1, 0x2, 0, 0, 0, 0)", Text(Ended(9999, -38, 1, 2)));
        Assert.Equal("syscall_0xffffffff(0, 0, 0, 0, 0, 0)", Text(Ended(-1, -38)));
    }

    [Fact]
    public void HostilePointers_NeverThrow()
    {
        ulong[] values = [0, 1, Data, ulong.MaxValue, 0x8000_0000_0000, ulong.MaxValue - 7, 0x7fff_ffff_ffff];
        foreach (ulong value in values)
        {
            for (int number = -1; number < 470; number++)
            {
                SystemCallEvent call = new(SystemCallPhase.Return, 2, number, new SystemCallArguments(value, value, value, value, value, value));
                foreach (long result in (long[])[0, 1, 4096, long.MaxValue, -14, long.MinValue])
                    Assert.DoesNotContain('\n', Line(call with { Result = result }));
            }
        }
    }

    private static SystemCallEvent Ended(int number, long result, params ulong[] arguments)
    {
        ulong[] all = [.. arguments, .. new ulong[SystemCallArguments.Count]];
        SystemCallArguments six = new(all[0], all[1], all[2], all[3], all[4], all[5]);
        return new SystemCallEvent(SystemCallPhase.Return, 2, number, six) { Result = result };
    }

    private void Put(ulong address, string text) => pc.Memory.Write(new VirtualAddress(address), Encoding.UTF8.GetBytes(text));

    private TracedCall Begun(SystemCallEvent call) => new(call with { Phase = SystemCallPhase.Entry, Result = 0 }, call.Pid, "", pc.Memory);

    private string Text(SystemCallEvent call) => Begun(call).Whole(call);

    private string Line(SystemCallEvent call) => SystemCallText.WithResult(Text(call), call);
}
