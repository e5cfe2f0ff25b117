using X64Emu.Devices.NineP;
using Xunit;

namespace X64Emu.Tests.Devices.NineP;

/// <summary>A directory to share, beside a secret that must stay outside.</summary>
internal sealed class TemporaryTree : IDisposable
{
    internal TemporaryTree()
    {
        Outside = Directory.CreateTempSubdirectory("x64emu-9p-").FullName;
        Root = Path.Combine(Outside, "shared");
        Directory.CreateDirectory(Path.Combine(Root, "sub", "deep"));
        File.WriteAllText(Path.Combine(Outside, "secret"), "secret");
        File.WriteAllText(Path.Combine(Root, "hello.txt"), "Hello, 9p!\n");
        File.WriteAllText(Path.Combine(Root, "sub", "inner"), "inner");
        File.CreateSymbolicLink(Path.Combine(Root, "escape"), Path.Combine(Outside, "secret"));
        File.CreateSymbolicLink(Path.Combine(Root, "escape-dir"), Outside);
        File.CreateSymbolicLink(Path.Combine(Root, "relative"), "../secret");
    }

    internal string Root { get; }

    internal string Outside { get; }

    internal NinePServer Serve(bool isReadOnly, bool isManaged)
    {
        int error = isManaged ? ManagedNode.OpenRoot(Root, out ISharedNode? node) : LinuxNode.OpenRoot(Root, out node);
        Assert.Equal(0, error);
        return new NinePServer(node!, isReadOnly);
    }

    public void Dispose()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.Delete(Outside, recursive: true);
            return;
        }
        // Names that are no UTF-8, which hostile messages make, are beyond the class library.
        using System.Diagnostics.Process removal = System.Diagnostics.Process.Start("rm", ["-rf", Outside]);
        removal.WaitForExit();
    }
}
