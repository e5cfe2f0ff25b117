using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>Users, groups and capabilities: what they are after each call, and what an unprivileged program is refused.</summary>
public sealed class UserTests
{
    /// <summary>
    /// Files, other processes, the system, locked memory, shared memory, numbers of processes and signals, set-user-ID programs; threads that are not who the
    /// others of their process are; writing to programs that run.
    /// </summary>
    [NativeRootTheory]
    [InlineData("users")]
    [InlineData("thread-users")]
    [InlineData("busy-programs")]
    public void Users_BesideLinux_MayDoTheSame(string name)
    {
        string program = CompiledProgram.Glibc(name);
        string folder = Directory.CreateTempSubdirectory("x64emu-users").FullName;
        // Others than its owner have to get in.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        try
        {
            Assert.Equal(NativeProgram.Run(program, [folder]).StandardOutput, EmulatedProgram.Run(program, ["/tmp"]).StandardOutput);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Policies, niceness and affinity; futexes with priority inheritance; CPU time without sleep.</summary>
    [NativeRootTheory]
    [InlineData("scheduling")]
    [InlineData("lock-futexes")]
    [InlineData("real-time-limit")]
    public void Scheduling_BesideLinux_FollowsTheSameRules(string name)
    {
        string program = CompiledProgram.Glibc(name);
        Assert.Equal(NativeProgram.Run(program).StandardOutput, EmulatedProgram.Run(program).StandardOutput);
    }

    /// <summary>POSIX message queues: names, order, waits, notices, and what an unprivileged user may have of them.</summary>
    [NativeRootFact]
    public void MessageQueues_BesideLinux_FollowTheSameRules()
    {
        string program = CompiledProgram.Glibc("message-queues");
        Assert.Equal(NativeProgram.Run(program).StandardOutput, EmulatedProgram.Run(program).StandardOutput);
    }

    /// <summary>Debian's tools for scheduling and for System V objects, which show the same of the same steps. Identifiers are left out: Linux counts on.</summary>
    [NativeRootFact]
    public void ChrtAndIpcs_BesideLinux_PrintTheSame()
    {
        const string Script = """
            chrt -f 10 chrt -p 0 | sed 's/pid [0-9]*/pid/'; chrt -r 20 bash -c 'chrt -p $$' | sed 's/pid [0-9]*/pid/'; chrt -i 0 bash -c 'chrt -p $$; exit 3' | sed 's/pid [0-9]*/pid/'
            chrt -m; nice -n 7 bash -c 'nice; ps -o ni= -p $$'; taskset -c 0 bash -c 'taskset -cp $$' | sed 's/pid [0-9]*/pid/'
            ipcmk -S 3 -p 640 | sed 's/: .*//'; ipcmk -Q | sed 's/: .*//'; ipcs -s | awk '{ print $3, $4, $5 }'; ipcs -q | awk '{ print $3, $4, $5, $6 }'; ipcs -l
            ipcs -s | awk '/^0x/ { system("ipcrm -s " $2) }'; ipcs -q | awk '/^0x/ { system("ipcrm -q " $2) }'; ipcs -sq | awk '/^0x/'
            """;
        ProgramResult native = NativeProgram.Run("/bin/bash", ["-c", Script]);
        ProgramResult guest = DebianProgram.Shell(Script);
        Assert.Equal(native.StandardOutput, guest.StandardOutput);
        Assert.Equal(native.StandardError, guest.StandardError);
    }

    /// <summary>Debian's own programs as user 1000: who they are, what they cannot read, write, signal or raise.</summary>
    [NativeRootFact]
    public void Setpriv_AsAnotherUser_LimitsTheProgramsItStarts()
    {
        const string Script = """
            id -u; id -g; ulimit -n 100; ulimit -n 200; cat /etc/shadow; kill -0 1; ls /proc/1/fd; echo 1 > /proc/sys/vm/swappiness
            grep -E 'Uid|Gid|CapEff|CapPrm' /proc/self/status; ps -o uid= -p $$
            """;
        string[] arguments = ["--reuid=1000", "--regid=1000", "--clear-groups", "bash", "-c", Script + "\nexit 7"];
        ProgramResult native = NativeProgram.Run("/usr/bin/setpriv", arguments);
        ProgramResult guest = DebianProgram.Run("/usr/bin/setpriv", arguments);
        Assert.Equal(native.StandardOutput, guest.StandardOutput);
        Assert.Equal(native.StandardError, guest.StandardError);
        Assert.Equal(7, guest.ExitStatus);
    }
}
