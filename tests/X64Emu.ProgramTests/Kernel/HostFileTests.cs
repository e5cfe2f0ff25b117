using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Kernel;

/// <summary>What programs write to files of a shared host directory, and when the host has it.</summary>
public sealed class HostFileTests : IDisposable
{
    private const int PageBytes = 4096;

    private readonly string _folder = Directory.CreateTempSubdirectory("x64emu-host").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The first byte of each of the file's four pages as the host had it after each step.</summary>
    [NativeFact]
    public void StoresAndWrites_StepByStep_ReachTheHostWhenTheyHaveTo()
    {
        ProgramResult result = EmulatedProgram.Run(
            CompiledProgram.Glibc("host-view"), ["/writable", "/viewed"], options: ["--mount", $"{_folder}:/writable:rw", "--mount", $"{_folder}:/viewed"]);
        string[] views =
        [
            .. from line in result.StandardOutput.Split('\n')
               where line.Contains(" size ")
               select line[..34].TrimEnd() + " |" + line[line.IndexOf("size", StringComparison.Ordinal)..],
        ];
        Assert.Equal(
        [
            "fsync |size 16384: a a a a",
            "store |size 16384: a a a a",
            "msync(MS_ASYNC) |size 16384: a a a a",
            "msync(MS_SYNC) of page 0 |size 16384: b a a a",
            "msync(MS_SYNC) of all |size 16384: b b a a",
            "store, fsync |size 16384: c b a a",
            "store, fdatasync |size 16384: d b a a",
            "sync_file_range of page 1 |size 16384: d e a a",
            "sync |size 16384: e e a a",
            "private stores, msync, fsync |size 16384: e e a a",
            "29 s after a store |size 16384: e e a a",
            "36 s after a store |size 16384: f e a a",
            "36 s after the next store |size 16384: g e a a",
            "write |size 16384: g e a a",
            "36 s after the write |size 16384: g h a a",
            "munmap, still open |size 16384: i h a i",
            "end of a child |size 16384: j h a i",
            "close |size 16384: k h a i",
            "write with O_SYNC |size 16384: l h a i",
            "ftruncate |size  4097: l h",
            "write beyond the end |size 12289: l h \0 m",
        ], views);
        Assert.Equal(("", 0), (result.StandardError, result.ExitStatus));

        // The last stores reach the file when the program ends; what lies beyond its end does not.
        byte[] bytes = File.ReadAllBytes(Path.Combine(_folder, "mapped"));
        Assert.Equal((3 * PageBytes + 1, (byte)'n', (byte)'m'), (bytes.Length, bytes[0], bytes[3 * PageBytes]));
        Assert.All(bytes[(PageBytes + 1)..(3 * PageBytes)], value => Assert.Equal(0, value));
    }

    /// <summary>1,000 random steps by descriptors, mappings and children on two files: each result, and what the host has at the end.</summary>
    [NativeTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void RandomFileCalls_OnAWritableMount_GiveLinuxResultsAndLeaveLinuxFiles(int seed)
    {
        string native = Directory.CreateDirectory(Path.Combine(_folder, "native")).FullName;
        string shared = Directory.CreateDirectory(Path.Combine(_folder, "shared")).FullName;
        string program = CompiledProgram.Glibc("file-storm");
        Assert.Equal(
            NativeProgram.Run(program, [native, $"{seed}", "1000"]),
            EmulatedProgram.Run(program, ["/shared", $"{seed}", "1000"], options: ["--mount", $"{shared}:/shared:rw"]));
        foreach (string name in (string[])["storm-0", "storm-1"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(native, name)), File.ReadAllBytes(Path.Combine(shared, name)));
    }

    /// <summary>The same in memory, with holes. The host's /dev/shm is a tmpfs as the guest's /tmp is.</summary>
    [NativeTheory]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomFileCalls_InMemory_GiveLinuxResults(int seed)
    {
        string native = Directory.CreateDirectory($"/dev/shm/x64emu-{Guid.NewGuid():N}").FullName, program = CompiledProgram.Glibc("file-storm");
        try
        {
            Assert.Equal(NativeProgram.Run(program, [native, $"{seed}", "1000", "holes"]), EmulatedProgram.Run(program, ["/tmp", $"{seed}", "1000", "holes"]));
        }
        finally
        {
            Directory.Delete(native, recursive: true);
        }
    }

    [NativeFact]
    public void HostFile_ChangedBySomebodyElse_IsNoticedAtTheNextOpen()
    {
        ProgramResult result = EmulatedProgram.Run(
            CompiledProgram.Glibc("host-changes"), ["/writable", "/viewed"], options: ["--mount", $"{_folder}:/writable:rw", "--mount", $"{_folder}:/viewed"]);
        string[] lines =
        [
            .. from line in result.StandardOutput.TrimEnd('\n').Split('\n')
               select string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        ];
        Assert.Equal(
        [
            "shared a a a", "not noticed a a a", "noticed b b b", "private b a b", "private[PAGE + 1] 112", "pread(file, &byte, 1, 0) == 1 && byte == 'b' 1",
            "shorter c SIGBUS SIGBUS", "private c SIGBUS SIGBUS", "pread(file, &byte, 1, PAGE) 0", "lseek(file, 0, SEEK_END) 4096",
            "longer d d d", "private d d d",
        ], lines[..12]);
        Assert.Equal(("", 0), (result.StandardError, result.ExitStatus));
    }

    [Fact]
    public void FileMapSample_OnAWritableMount_LeavesTheSharedStoresOnTheHost()
    {
        ProgramResult result = EmulatedProgram.Run(Repository.Sample("file-map"), ["/here"], options: ["--mount", $"{_folder}:/here:rw"]);
        Assert.Equal(("", 0), (result.StandardError, result.ExitStatus));
        Assert.Equal("child's  text\n", File.ReadAllText(Path.Combine(_folder, "file-map.txt")));
    }

    /// <summary>The guest finds each name by itself.</summary>
    [NativeFact]
    public void HardLinks_MadeByTheHost_AreOneFile()
    {
        string program = CompiledProgram.Glibc("hard-links"), other = Directory.CreateDirectory(Path.Combine(_folder, "other")).FullName;
        foreach (string folder in (string[])[_folder, other])
            HostProcess.Run("/bin/sh", ["-c", "printf 'old text\\n' > a; ln a b"], folder: folder);
        Assert.Equal(NativeProgram.Run(program, [other]), EmulatedProgram.Run(program, ["/data"], options: ["--mount", $"{_folder}:/data:rw"]));
    }
}
