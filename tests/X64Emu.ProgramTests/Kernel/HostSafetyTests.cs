using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Kernel;

/// <summary>Programs that try to get at host files they were not given, to change what is read-only, or to write what the host refuses.</summary>
public sealed class HostSafetyTests : IDisposable
{
    private const string Secret = "SECRET";

    private readonly string _root = Directory.CreateTempSubdirectory("x64emu-safety").FullName;

    private string Outside => Path.Combine(_root, "outside");

    private string Shared => Path.Combine(_root, "shared");

    public HostSafetyTests()
    {
        Directory.CreateDirectory(Outside);
        Directory.CreateDirectory(Shared);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [NativeTheory]
    [InlineData("ro")]
    [InlineData("rw")]
    public void Paths_LinksAndRenamesOnTheHost_NeverLeadOutOfTheMount(string mode)
    {
        string secret = Path.Combine(Outside, "secret"), victim = Path.Combine(Outside, "victim");
        File.WriteAllText(secret, Secret.PadRight(777));
        File.WriteAllText(victim, "victim");
        Directory.CreateDirectory(Path.Combine(Shared, "below"));
        File.CreateSymbolicLink(Path.Combine(Shared, "below", "up"), "..");
        File.CreateSymbolicLink(Path.Combine(Shared, "absolute"), secret);
        File.CreateSymbolicLink(Path.Combine(Shared, "absolute-folder"), Outside);
        File.CreateSymbolicLink(Path.Combine(Shared, "relative"), "../outside/secret");
        File.CreateSymbolicLink(Path.Combine(Shared, "relative-folder"), "../outside");
        File.CreateSymbolicLink(Path.Combine(Shared, "loop"), "loop");
        File.CreateSymbolicLink(Path.Combine(Shared, "root"), "/");

        using CancellationTokenSource end = new();
        Task swapping = Task.Run(() => Swap(end.Token));
        ProgramResult result = EmulatedProgram.Run(
            CompiledProgram.Glibc("escape-paths"), ["/shared", secret, "1500"], options: ["--mount", $"{Shared}:/shared{(mode == "rw" ? ":rw" : "")}"]);
        end.Cancel();
        swapping.Wait();

        Assert.Equal(("0 leaks\n", 0), (result.StandardOutput, result.ExitStatus));
        Assert.Equal(Secret.PadRight(777), File.ReadAllText(secret));
        Assert.Equal(["secret", "victim"], Directory.GetFileSystemEntries(Outside).Select(Path.GetFileName).Order());
    }

    [NativeFact]
    public void ReadOnlyMount_EveryChange_IsRefusedAndNothingChanges()
    {
        FillShared();
        string before = Snapshot();
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc("readonly-calls"), ["/shared"], options: ["--mount", $"{Shared}:/shared"]);
        string[] lines = result.StandardOutput.TrimEnd('\n').Split('\n');
        string[] allowed =
        [
            .. from line in lines
               where !line.EndsWith("Read-only file system", StringComparison.Ordinal)
               select string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        ];
        // Everything else is what Linux answers below a read-only mount, too.
        Assert.Equal(
        [
            "open(\"file\", O_RDWR | O_CREAT | O_EXCL, 0600) -1 File exists",
            "mkdir(\"below\", 0700) -1 File exists",
            "rename(\"file\", \"/tmp/new\") -1 Invalid cross-device link",
            "access(\"file\", R_OK) 0",
            "write(file, \"x\", 1) -1 Bad file descriptor",
            "pwrite(file, \"x\", 1, 0) -1 Bad file descriptor",
            "ftruncate(file, 0) -1 Invalid argument",
            "fallocate(file, 0, 0, 10) -1 Bad file descriptor",
            "fsync(file) 0",
            "mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) == MAP_FAILED 1",
            "mprotect(shared, 4096, PROT_READ | PROT_WRITE) -1 Permission denied",
            "msync(private, 4096, MS_SYNC) 0",
            "munmap(private, 4096) 0",
            "shared[0] 65",
        ], allowed);
        Assert.Equal(before, Snapshot());
    }

    /// <summary>The tool runs with a limit on the size of files it may write, as a disk would be full: errors come back where Linux reports them.</summary>
    [NativeFact]
    public void HostWriteErrors_FromACacheThatWritesLate_ReachTheProgramAndLoseNothingElse()
    {
        const int page = 4096;
        File.WriteAllBytes(Path.Combine(Shared, "large"), new byte[32 * page]);
        // The run-time's own doubly mapped code is a file, too.
        const string script = "export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f 128; exec \"$@\"";
        ProgramResult result = HostProcess.Run(
            "/bin/sh", ["-c", script, "sh", Repository.Tool, "run", "--mount", $"{Shared}:/shared:rw", CompiledProgram.Glibc("host-errors"), "/shared"]);
        string[] refused =
        [
            .. from line in result.StandardOutput.Split('\n')
               where line.EndsWith("File too large", StringComparison.Ordinal)
               select line[..line.IndexOf(" -1 ", StringComparison.Ordinal)].TrimEnd(),
        ];
        Assert.Equal(
        [
            "fsync(bad)", "fdatasync(other)",
            "fsync(bad)",
            "sync_file_range(bad, 0, 0, 7)",
            "close(other)", "pwrite(synchronous, page, PAGE, (PAGES - 1) * PAGE)", "ftruncate(good, PAGES * PAGE)", "close(bad)",
            // By msync or by fsync: the open file that was mapped reports it once.
            "msync(map, PAGES * PAGE, MS_SYNC)",
        ], refused);
        Assert.Equal(0, result.ExitStatus);
        Assert.Equal("aaaaccccddddffff", FirstBytes("good", 16));
        Assert.Equal("eb", FirstBytes("bad", 2));
        Assert.Equal("mn", FirstBytes("large", 2));
    }

    private string FirstBytes(string name, int pages)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(Shared, name));
        return string.Concat(Enumerable.Range(0, pages).Select(page => (char)bytes[page * 4096]));
    }

    private void FillShared()
    {
        Directory.CreateDirectory(Path.Combine(Shared, "below"));
        File.WriteAllText(Path.Combine(Shared, "file"), "A\n");
        File.WriteAllText(Path.Combine(Shared, "below", "inner"), "I\n");
        File.CreateSymbolicLink(Path.Combine(Shared, "link"), "file");
    }

    /// <summary>Names, kinds, permissions, times and content of all that is shared.</summary>
    private string Snapshot() => string.Join('\n', new DirectoryInfo(Shared).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .OrderBy(entry => entry.FullName, StringComparer.Ordinal).Select(Describe));

    private static string Describe(FileSystemInfo entry)
    {
        string content = entry is FileInfo { LinkTarget: null } ? File.ReadAllText(entry.FullName) : "";
        string mode = OperatingSystem.IsWindows() ? "" : entry.UnixFileMode.ToString();
        return $"{entry.FullName} {entry.Attributes} {mode} {entry.LastWriteTimeUtc:O} {entry.LinkTarget} {content}";
    }

    /// <summary>Replaces "swapped", a directory, by a link out of the mount and back, as fast as it goes.</summary>
    private void Swap(CancellationToken end)
    {
        string swapped = Path.Combine(Shared, "swapped"), folder = Path.Combine(_root, "folder"), link = Path.Combine(_root, "link");
        Directory.CreateDirectory(Path.Combine(folder, "below"));
        File.CreateSymbolicLink(link, Outside);
        while (!end.IsCancellationRequested)
        {
            Directory.Move(folder, swapped);
            Directory.Move(swapped, folder);
            Directory.Move(link, swapped);
            Directory.Move(swapped, link);
        }
    }
}
