using X64Emu.Cli.Options;

namespace X64Emu.Cli.Guest;

/// <summary>Which host directories the guest sees, where, and under which path the program lies there.</summary>
/// <remarks>
/// Without a root directory the kernel's own root is used; the current directory appears at its own path, and so does the program's directory when it lies
/// elsewhere. With a root directory the guest sees that tree and nothing else, and paths are the guest's; working and program directory are shared by
/// themselves where they lie in /tmp, since the guest's own /tmp would hide them.
/// </remarks>
internal sealed class GuestFileTree
{
    /// <summary>The machine has eight virtio slots.</summary>
    private const int MaximumShares = 8;

    /// <summary>Where the guest keeps a file system in memory, which hides what the root directory has there.</summary>
    private const string TemporaryFolder = "/tmp";

    private GuestFileTree(HostShare? root, IReadOnlyList<HostShare> shares, string workingDirectory, string programHostPath, string programGuestPath)
    {
        Root = root;
        Shares = shares;
        WorkingDirectory = workingDirectory;
        ProgramHostPath = programHostPath;
        ProgramGuestPath = programGuestPath;
    }

    /// <summary>The directory that becomes the guest's root, or null.</summary>
    public HostShare? Root { get; }

    /// <summary>The directories mounted besides the root.</summary>
    public IReadOnlyList<HostShare> Shares { get; }

    /// <summary>Root and shares: every directory a 9p device serves.</summary>
    public IEnumerable<HostShare> AllShares => Root is null ? Shares : [Root, .. Shares];

    /// <summary>The program's working directory, in the guest.</summary>
    public string WorkingDirectory { get; }

    /// <summary>The program's file on the host.</summary>
    public string ProgramHostPath { get; }

    /// <summary>The program's file in the guest.</summary>
    public string ProgramGuestPath { get; }

    /// <summary>The host's file behind a guest path, or null where the guest sees no file of the host. The guest may have made up the path.</summary>
    public string? HostPath(string guestPath)
    {
        if (!guestPath.StartsWith('/')) return null;
        return HostPath(Path.GetFullPath(guestPath), AllShares);
    }

    /// <summary>Plans the tree.</summary>
    /// <param name="program">The program as the user wrote it.</param>
    /// <param name="settings">Root directory, mounts and the PATH to find the program by.</param>
    /// <param name="currentDirectory">The tool's current directory; absolute, without symbolic links.</param>
    /// <exception cref="UsageException">The program lies outside of the root directory, or there are too many directories.</exception>
    public static GuestFileTree Plan(string program, MachineSettings settings, string currentDirectory)
    {
        List<HostShare> shares = [];
        for (int i = 0; i < settings.Mounts.Count; i++)
        {
            DirectoryMount mount = settings.Mounts[i];
            if (shares.Exists(share => share.GuestPath == mount.GuestPath)) throw new UsageException($"--mount: two directories are to be at {mount.GuestPath}; one can");
            shares.Add(new HostShare($"mount{i}", mount.HostPath, mount.GuestPath, mount.IsWritable));
        }
        string? root = settings.RootDirectory ?? (currentDirectory == "/" ? "/" : null);
        string file = ProgramSearch.Find(program, settings.Environment, root ?? "/", currentDirectory);
        GuestFileTree tree = root is null ? PlanOwnPaths(file, shares, currentDirectory) : PlanInRoot(file, root, shares, currentDirectory);
        int room = settings.SwapBytes == 0 ? MaximumShares : MaximumShares - 1;
        if (tree.AllShares.Count() > room) throw new UsageException($"--mount: {tree.AllShares.Count()} directories are too many; the machine has room for {room}");
        return tree;
    }

    private static GuestFileTree PlanInRoot(string program, string directory, List<HostShare> shares, string currentDirectory)
    {
        HostShare root = new("root", directory, "/", IsWritable: false);
        // A mount may hide the current directory.
        string workingDirectory = Directory.Exists(HostPath(currentDirectory, [root, .. shares])) ? currentDirectory : "/";
        string guestPath = Path.GetFullPath(program, workingDirectory);
        ShowHidden("cwd", directory, workingDirectory, shares);
        if (InMount(guestPath, shares) is { } mounted) return new GuestFileTree(root, shares, workingDirectory, mounted, guestPath);
        if (!File.Exists(Join(directory, guestPath)))
        {
            // Not a path of the guest: perhaps one of the host that lies inside the root directory.
            string hostPath = Path.GetFullPath(program, currentDirectory);
            if (File.Exists(hostPath) && PathPrefix.Covers(directory, hostPath)) guestPath = PathPrefix.Below(directory, hostPath);
            else if (File.Exists(hostPath)) throw new UsageException($"{program} lies outside of the root directory {directory}, so the guest cannot see it");
        }
        ShowHidden("program", directory, Path.GetDirectoryName(guestPath) ?? "/", shares);
        return new GuestFileTree(root, shares, workingDirectory, Join(directory, guestPath), guestPath);
    }

    private static string? HostPath(string path, IEnumerable<HostShare> shares)
    {
        HostShare? share = shares.Where(share => PathPrefix.Covers(share.GuestPath, path)).MaxBy(share => share.GuestPath.Length);
        return share is null ? null : Join(share.HostPath, PathPrefix.Below(share.GuestPath, path));
    }

    /// <summary>The host's file that a mount shows at a guest path, or null where there is none.</summary>
    private static string? InMount(string path, List<HostShare> mounts) => HostPath(path, mounts) is { } file && File.Exists(file) ? file : null;

    /// <summary>Shares a folder of the root directory by itself when the guest's own file system would hide it.</summary>
    private static void ShowHidden(string tag, string root, string folder, List<HostShare> shares)
    {
        if (!PathPrefix.Covers(TemporaryFolder, folder) || !Directory.Exists(Join(root, folder))) return;
        if (shares.Exists(share => PathPrefix.Covers(share.GuestPath, folder))) return;
        shares.Add(new HostShare(tag, Join(root, folder), folder, IsWritable: false));
    }

    private static GuestFileTree PlanOwnPaths(string program, List<HostShare> shares, string currentDirectory)
    {
        string path = Path.GetFullPath(program, currentDirectory);
        string? mounted = InMount(path, shares);
        shares.Add(new HostShare("cwd", currentDirectory, currentDirectory, IsWritable: false));
        if (mounted is not null) return new GuestFileTree(null, shares, currentDirectory, mounted, path);
        // A link must not lead out of the directory that is shared, so the guest gets the file it ends at.
        string target = File.Exists(path) ? RealPath(path) : path;
        if (!shares.Exists(share => share.ShowsAtOwnPath(target)))
        {
            string folder = Path.GetDirectoryName(target)!;
            if (folder == "/") throw new UsageException($"{program} lies in the root directory; give --root /");
            shares.Add(new HostShare("program", folder, folder, IsWritable: false));
        }
        return new GuestFileTree(null, shares, currentDirectory, target, target);
    }

    private static string Join(string directory, string path) => directory == "/" ? path : directory + path;

    private static string RealPath(string path)
    {
        string resolved = "/";
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(resolved, part);
            FileSystemInfo info = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            string? target = info.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
            resolved = target is null ? next : RealPath(target);
        }
        return resolved;
    }
}
