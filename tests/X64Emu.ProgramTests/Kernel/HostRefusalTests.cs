using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Kernel;

/// <summary>A host that refuses: no room, no permission, a file system that is read-only whatever the mount says. Programs get errno, and lose nothing else.</summary>
public sealed class HostRefusalTests : IDisposable
{
    // As root but without root's rights over other users' files; everybody else has none anyway.
    private static readonly string[] withoutRights = Environment.IsPrivilegedProcess
        ? [HostTool.Require("setpriv", "util-linux"), "--bounding-set=-dac_override,-dac_read_search,-fowner,-chown"] : [];

    private readonly string _root = Directory.CreateTempSubdirectory("x64emu-refusal").FullName;

    public void Dispose()
    {
        if (OperatingSystem.IsWindows()) return;
        foreach (string folder in Directory.GetDirectories(_root, "*", SearchOption.AllDirectories)) File.SetUnixFileMode(folder, Mode("755"));
        Directory.Delete(_root, recursive: true);
    }

    [NativeFact]
    public void DeniedCalls_InAHostDirectory_GiveLinuxResultsAndLeaveLinuxFiles()
    {
        string native = MakeGuardedTree("native"), shared = MakeGuardedTree("shared"), program = CompiledProgram.Glibc("denied-calls");
        ProgramResult expected = Run([.. withoutRights, program, native]);
        Assert.Contains("Permission denied", expected.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("Operation not permitted", expected.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(expected, Run([.. withoutRights, Repository.Tool, "run", "--mount", $"{shared}:/shared:rw", program, "/shared"]));
        Assert.Equal(Describe(native), Describe(shared));
    }

    [RequiresMountsFact]
    public void FullDisk_OnTheHost_IsToldOnceByFileAndLosesOnlyWhatHasNoRoom()
    {
        const string script = """
            mount -t tmpfs -o size=256k,nr_inodes=6 none "$1"
            head -c 32768 /dev/zero | tr '\0' K >"$1/kept"
            head -c 32768 /dev/zero | tr '\0' S | dd of="$1/sparse" bs=4096 seek=8 2>/dev/null
            "$2" run --mount "$1:/full:rw" "$3" /full
            for name in kept sparse; do od -An -v -c -w1 "$1/$name" | awk 'NR % 4096 == 1 { printf "%s", $1 }'; echo; done
            ls "$1"
            """;
        ProgramResult result = Namespace.Run(script, _root, Repository.Tool, CompiledProgram.Glibc("full-disk"));
        string[] lines =
        [
            .. from line in result.StandardOutput.TrimEnd('\n').Split('\n')
               select string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        ];
        Assert.Equal(("", 0), (result.StandardError, result.ExitStatus));
        Assert.Equal(
        [
            "mkdir(\"folder\", 0755) 0",
            "symlink(\"kept\", \"symbolic\") 0",
            "open(\"one-more\", O_CREAT | O_RDWR, 0644) -1 No space left on device",
            "mkdir(\"one-more\", 0755) -1 No space left on device",
            "symlink(\"kept\", \"one-more\") -1 No space left on device",
            "link(\"kept\", \"one-more\") -1 No space left on device",
            "rename(\"folder\", \"renamed\") 0",
            "lstat(\"one-more\", &(struct stat) { 0 }) -1 No such file or directory",

            "write_pages(big, 0, TOO_MANY, 'b') 0",
            "fsync(big) -1 No space left on device",
            "fsync(big) 0",
            "syncfs(big) -1 No space left on device",
            "syncfs(big) 0",
            "syncfs(other) -1 No space left on device",
            "write_pages(kept, 0, KEPT, 'k') 0",
            "fsync(kept) 0",
            "write_pages(sparse, 0, PAGES, 's') 0",
            "fdatasync(sparse) -1 No space left on device",
            "fsync(sparse) 0",
            "fsync(other) -1 No space left on device",
            "fsync(other) 0",
            "pread(sparse, page, 1, 0) == 1 && page[0] == 's' 1",
            "pwrite(synchronous, \"d\", 1, 0) -1 No space left on device",
            "pwrite(synchronous, \"d\", 1, KEPT * PAGE) 1",
            "close(synchronous) 0",
            "fsync(other) -1 No space left on device",
            "fsync(sparse) -1 No space left on device",

            "write_pages(sparse, 0, 1, 'f') 0",
            "fsync(sparse) -1 No space left on device",
            "close(other) -1 No space left on device",

            "msync(bytes, PAGES * PAGE, MS_SYNC) -1 No space left on device",
            "msync(bytes, PAGES * PAGE, MS_SYNC) 0",
            "fsync(sparse) 0",
            "munmap(bytes, PAGES * PAGE) 0",
            "fsync(sparse) -1 No space left on device",
            "close(sparse) 0",

            "store_and_end(2) 0",
            "fsync(sparse) -1 No space left on device",
            "fsync(sparse) 0",
            "fsync(other) -1 No space left on device",
            "close(other) 0",

            "unlink(\"big\") 0",
            "close(big) 0",
            "write_pages(sparse, 0, 4, 'r') 0",
            "fsync(sparse) 0",
            "write_pages(kept, KEPT, 2 * KEPT, 'l') 0",
            "close(kept) 0",
            "close(sparse) 0",
            "open(\"one-more\", O_CREAT | O_RDWR, 0644) < 0 ? -1 : 0 0",

            // What the host has: refused pages are holes, everything else is there.
            "kkkkkkkkllllllll",
            @"rrrr\0\0\0\0mnmmmmmm",
            "kept", "one-more", "renamed", "sparse", "symbolic",
        ], lines);
    }

    /// <summary>The kernel believes the mount to be writable; the host knows better.</summary>
    [RequiresMountsFact]
    public void ReadOnlyHost_BelowAWritableMount_RefusesWhatAReadOnlyMountRefuses()
    {
        Directory.CreateDirectory(Path.Combine(_root, "below"));
        File.WriteAllText(Path.Combine(_root, "file"), "A\n");
        File.WriteAllText(Path.Combine(_root, "below", "inner"), "I\n");
        File.CreateSymbolicLink(Path.Combine(_root, "link"), "file");
        string program = CompiledProgram.Glibc("readonly-calls");
        string[] expected = EmulatedProgram.Run(program, ["/shared"], options: ["--mount", $"{_root}:/shared"]).StandardOutput.Split('\n');
        const string script = """mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; "$2" run --mount "$1:/shared:rw" "$3" /shared""";
        string[] lines = Namespace.Run(script, _root, Repository.Tool, program).StandardOutput.Split('\n');
        Assert.True(lines.Length > 50, string.Join('\n', lines));
        // 9p has no pipes, and the kernel, as root, does not ask the host for access(2).
        string[] different = [.. from pair in expected.Zip(lines) where pair.First != pair.Second select pair.First.Split("  ")[0]];
        Assert.Equal(["mkfifo(\"new\", 0600)", "access(\"file\", W_OK)", "access(\"below\", W_OK)"], different);
    }

    private static ProgramResult Run(string[] command) => HostProcess.Run(command[0], command[1..]);

    /// <summary>A directory that may not be written, one that may not be searched, and one with files of all permissions.</summary>
    private string MakeGuardedTree(string name)
    {
        string tree = Path.Combine(_root, name);
        Dictionary<string, string> files = new()
        {
            ["closed/file"] = "444",
            ["locked/file"] = "000",
            ["open/neither"] = "000",
            ["open/read"] = "444",
            ["open/write"] = "222",
            ["open/both"] = "666",
        };
        foreach (string folder in (string[])["closed/below", "locked", "open"]) Directory.CreateDirectory(Path.Combine(tree, folder));
        foreach ((string file, string mode) in files)
        {
            File.WriteAllText(Path.Combine(tree, file), $"{file} as it was\n");
            SetMode(Path.Combine(tree, file), mode);
        }
        SetMode(Path.Combine(tree, "open"), "777");
        SetMode(Path.Combine(tree, "locked"), "000");
        SetMode(Path.Combine(tree, "closed"), "555");
        return tree;
    }

    /// <summary>Names, modes and content below a tree, which can be read afterwards.</summary>
    private static string Describe(string tree)
    {
        List<string> lines = [];
        foreach (FileSystemInfo entry in new DirectoryInfo(tree).EnumerateFileSystemInfos("*", SearchOption.TopDirectoryOnly).OrderBy(entry => entry.Name))
        {
            lines.Add($"{entry.Name} {OctalMode(entry)}");
            SetMode(entry.FullName, "755");
            foreach (FileInfo file in new DirectoryInfo(entry.FullName).EnumerateFiles().OrderBy(file => file.Name))
            {
                string mode = OctalMode(file);
                SetMode(file.FullName, "644");
                lines.Add($"{entry.Name}/{file.Name} {mode} {File.ReadAllText(file.FullName)}");
            }
        }
        return string.Join('\n', lines);
    }

    private static string OctalMode(FileSystemInfo entry) => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)entry.UnixFileMode, 8);

    private static UnixFileMode Mode(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);

    private static void SetMode(string path, string octal)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, Mode(octal));
    }
}
