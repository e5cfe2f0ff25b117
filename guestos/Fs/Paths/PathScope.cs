using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>openat2(2)'s RESOLVE_ flags: steps a path may not take.</summary>
[Flags]
internal enum PathRules : uint
{
    None = 0,

    /// <summary>Neither onto a mount nor out of one.</summary>
    NoMounts = 1,

    /// <summary>No links that lead to an object instead of a path, such as /proc/self/exe.</summary>
    NoObjectLinks = 2,

    /// <summary>No symbolic links.</summary>
    NoLinks = 4,

    /// <summary>Not above where it starts.</summary>
    Beneath = 8,

    /// <summary>Where it starts is the root.</summary>
    InRoot = 16,

    /// <summary>Nothing that has to be read.</summary>
    Cached = 32,

    All = NoMounts | NoObjectLinks | NoLinks | Beneath | InRoot | Cached,
}

/// <summary>What a path walk keeps to: rules, and with some of them the directory it must not leave.</summary>
internal readonly struct PathScope
{
    private readonly PathRules _rules;
    private readonly Dentry _top;

    /// <param name="start">Where the path starts; the caller holds it as long as the scope is used.</param>
    public PathScope(PathRules rules, Dentry start)
    {
        _rules = rules;
        _top = (rules & (PathRules.Beneath | PathRules.InRoot)) != 0 ? start : null;
    }

    /// <summary>Where absolute paths start.</summary>
    public Dentry Root => _top != null ? _top : Mounts.Root;

    /// <summary>May a walk start at the root, as that of an absolute path does? 0, -EXDEV.</summary>
    public int CheckRoot() => (_rules & PathRules.Beneath) != 0 ? -Errno.CrossDevice : 0;

    /// <summary>May it go from a directory to the root, as an absolute link tells it? 0, -EXDEV.</summary>
    public int CheckRoot(Dentry from)
    {
        int error = CheckRoot();
        return error != 0 ? error : CheckStep(from, Root);
    }

    /// <summary>May it go from one entry to another, perhaps of another file system? 0, -EXDEV.</summary>
    public int CheckStep(Dentry from, Dentry to) =>
        (_rules & PathRules.NoMounts) != 0 && from.Inode.FileSystem != to.Inode.FileSystem ? -Errno.CrossDevice : 0;

    /// <summary>May it follow a symbolic link? 0, -ELOOP.</summary>
    public int CheckLink() => (_rules & PathRules.NoLinks) != 0 ? -Errno.Loop : 0;

    /// <summary>May it follow a link in a directory to an object? 0, -ELOOP, -EXDEV.</summary>
    public int CheckObjectLink(Dentry from, Dentry target)
    {
        if ((_rules & PathRules.NoObjectLinks) != 0) return -Errno.Loop;
        return _top != null ? -Errno.CrossDevice : CheckStep(from, target);
    }

    /// <summary>True at the directory that ".." does not leave.</summary>
    public bool IsTop(Dentry entry) => entry == _top;

    /// <summary>What ".." says there: 0, -EXDEV.</summary>
    public int AtTop => (_rules & PathRules.Beneath) != 0 ? -Errno.CrossDevice : 0;
}
