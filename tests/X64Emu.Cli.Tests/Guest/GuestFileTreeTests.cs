using X64Emu.Cli.Guest;
using X64Emu.Cli.Options;
using Xunit;

namespace X64Emu.Cli.Tests.Guest;

public sealed class GuestFileTreeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Plan_ProgramBelowCurrentDirectory_SharesThatAlone()
    {
        string program = folder.File("sub/p", []);
        GuestFileTree tree = GuestFileTree.Plan("sub/p", new MachineSettings(), folder.Path);
        Assert.Equal([new HostShare("cwd", folder.Path, folder.Path, false)], tree.AllShares);
        Assert.Equal((folder.Path, program, program), (tree.WorkingDirectory, tree.ProgramHostPath, tree.ProgramGuestPath));
    }

    [Fact]
    public void Plan_ProgramElsewhere_SharesItsDirectoryToo()
    {
        string program = folder.File("bin/p", []), current = folder.Folder("work");
        GuestFileTree tree = GuestFileTree.Plan("../bin/p", new MachineSettings(), current);
        Assert.Equal([current, folder.Path + "/bin"], tree.AllShares.Select(share => share.GuestPath));
        Assert.Equal(program, tree.ProgramGuestPath);
    }

    [Fact]
    public void Plan_ProgramIsLinkOutOfTheTree_FollowsIt()
    {
        string program = folder.File("bin/p", []), current = folder.Folder("work");
        Directory.CreateSymbolicLink(current + "/link", folder.Path + "/bin");
        GuestFileTree tree = GuestFileTree.Plan("link/p", new MachineSettings(), current);
        Assert.Equal(program, tree.ProgramGuestPath);
        Assert.Contains(tree.Shares, share => share.HostPath == folder.Path + "/bin");
    }

    [Fact]
    public void Plan_MissingProgram_LeavesThePathToTheCheck() =>
        Assert.Equal(folder.Path + "/no", GuestFileTree.Plan("no", new MachineSettings(), folder.Path).ProgramHostPath);

    [Fact]
    public void Plan_MountThatHidesThePathElsewhere_DoesNotCountAsShared()
    {
        string program = folder.File("bin/p", []), current = folder.Folder("work"), other = folder.Folder("other");
        MachineSettings settings = new() { Mounts = [new DirectoryMount(other, folder.Path + "/bin", false)] };
        Assert.Contains(GuestFileTree.Plan(program, settings, current).Shares, share => share.HostPath == folder.Path + "/bin");
    }

    [Theory]
    [InlineData("p", "/bin/p")]
    [InlineData("q", "/opt/q")]
    [InlineData("both", "/opt/both")]
    [InlineData("here", "/work/here")]
    public void Plan_BareName_IsFoundInTheGuestsPath(string name, string expected)
    {
        foreach (string file in (string[])["bin/p", "opt/q", "opt/both", "bin/both", "bin/here", "work/here"]) folder.File(file, []);
        MachineSettings settings = new() { RootDirectory = folder.Path, Environment = ["PATH=relative:/opt:/bin"] };
        Assert.Equal(expected, GuestFileTree.Plan(name, settings, folder.Path + "/work").ProgramGuestPath);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Plan_ProgramInMount_IsTheMountsFile(bool hasRoot)
    {
        string program = folder.File("data/p", []), root = folder.Folder("root");
        MachineSettings settings = new() { RootDirectory = hasRoot ? root : null, Mounts = [new DirectoryMount(folder.Path + "/data", "/x", true)] };
        GuestFileTree tree = GuestFileTree.Plan("/x/p", settings, root);
        Assert.Equal((program, "/x/p"), (tree.ProgramHostPath, tree.ProgramGuestPath));
    }

    [Fact]
    public void Plan_RootDirectory_TakesGuestPaths()
    {
        folder.File("bin/p", []);
        GuestFileTree tree = GuestFileTree.Plan("/bin/p", new MachineSettings { RootDirectory = folder.Path }, "/somewhere/else");
        Assert.Equal([new HostShare("root", folder.Path, "/", false)], tree.AllShares);
        Assert.Equal(("/", folder.Path + "/bin/p", "/bin/p"), (tree.WorkingDirectory, tree.ProgramHostPath, tree.ProgramGuestPath));
    }

    [Fact]
    public void Plan_RootDirectoryWithHostPathInside_TranslatesIt()
    {
        string program = folder.File("bin/p", []);
        Assert.Equal("/bin/p", GuestFileTree.Plan(program, new MachineSettings { RootDirectory = folder.Path }, "/").ProgramGuestPath);
    }

    [Fact]
    public void Plan_WholeHostAsRoot_KeepsPathsAndWorkingDirectory()
    {
        string program = folder.File("p", []);
        GuestFileTree tree = GuestFileTree.Plan("./p", new MachineSettings { RootDirectory = "/" }, folder.Path);
        Assert.Equal((folder.Path, program, program), (tree.WorkingDirectory, tree.ProgramHostPath, tree.ProgramGuestPath));
    }

    [Fact]
    public void Plan_PathsInTemporaryFolderOfTheRoot_AreSharedThemselves()
    {
        string program = folder.File("tmp/bin/p", []), work = folder.Folder("tmp/work");
        GuestFileTree tree = GuestFileTree.Plan("/tmp/bin/p", new MachineSettings { RootDirectory = folder.Path }, "/tmp/work");
        Assert.Equal([new HostShare("cwd", work, "/tmp/work", false), new HostShare("program", Path.GetDirectoryName(program)!, "/tmp/bin", false)], tree.Shares);
        GuestFileTree elsewhere = GuestFileTree.Plan("/tmp/bin/p", new MachineSettings { RootDirectory = folder.Path, Mounts = [new(folder.Path, "/tmp", false)] }, "/tmp");
        Assert.Single(elsewhere.Shares);
    }

    /// <summary>The test's folder lies below /tmp, which the guest hides.</summary>
    [Fact]
    public void Plan_ProgramInMount_ShowsTheCurrentDirectoryBelowTmpToo()
    {
        string current = folder.Folder("work"), programs = folder.Folder("programs");
        folder.File("programs/p", []);
        MachineSettings settings = new() { RootDirectory = "/", Mounts = [new DirectoryMount(programs, "/mnt", false)] };
        GuestFileTree tree = GuestFileTree.Plan("/mnt/p", settings, current);
        Assert.Equal(programs + "/p", tree.ProgramHostPath);
        Assert.Contains(tree.Shares, share => share.GuestPath == current);
    }

    [Fact]
    public void Plan_CurrentDirectoryHiddenByMount_WorksInTheRoot()
    {
        folder.File("bin/p", []);
        string current = folder.Folder("home/me/work"), home = folder.Folder("other");
        folder.Folder("other/me/play");
        MachineSettings settings = new() { RootDirectory = "/", Mounts = [new DirectoryMount(home, folder.Path + "/home", false)] };
        Assert.Equal("/", GuestFileTree.Plan(folder.Path + "/bin/p", settings, current).WorkingDirectory);
        Assert.Equal(folder.Path + "/home/me/play", GuestFileTree.Plan(folder.Path + "/bin/p", settings, folder.Path + "/home/me/play").WorkingDirectory);
    }

    [Fact]
    public void Plan_ProgramOutsideOfTheRootDirectory_IsUsageError()
    {
        string program = folder.File("p", []), root = folder.Folder("root");
        UsageException error = Assert.Throws<UsageException>(() => GuestFileTree.Plan(program, new MachineSettings { RootDirectory = root }, folder.Path));
        Assert.Equal($"{program} lies outside of the root directory {root}, so the guest cannot see it", error.Message);
    }

    [Fact]
    public void Plan_NineDirectories_IsUsageError()
    {
        folder.File("p", []);
        MachineSettings settings = new() { Mounts = [.. Enumerable.Range(0, 8).Select(i => new DirectoryMount(folder.Path, $"/m{i}", false))] };
        UsageException error = Assert.Throws<UsageException>(() => GuestFileTree.Plan("p", settings, folder.Path));
        Assert.Equal("--mount: 9 directories are too many; the machine has room for 8", error.Message);
    }

    [Fact]
    public void Plan_TwoDirectoriesAtOnePlace_IsUsageError()
    {
        MachineSettings settings = new() { Mounts = [new DirectoryMount(folder.Path, "/m", false), new DirectoryMount(folder.Path, "/m", true)] };
        UsageException error = Assert.Throws<UsageException>(() => GuestFileTree.Plan("p", settings, folder.Path));
        Assert.Equal("--mount: two directories are to be at /m; one can", error.Message);
    }
}
