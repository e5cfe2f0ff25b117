using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace X64Emu.Tests;

/// <summary>Imports go downward only: a folder may use itself and what stands before it.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> LibraryMayUse = new()
    {
        ["Primitives"] = [],
        ["Bus"] = ["Primitives"],
        ["Paging"] = ["Primitives", "Bus"],
        ["Cpu"] = ["Primitives", "Bus", "Paging"],
        ["Devices"] = ["Primitives", "Bus"],
        ["Boot"] = ["Primitives", "Bus"],
        ["Measurement"] = ["Primitives", "Bus", "Paging", "Cpu", "Devices", "Boot"],
        ["Debugging"] = ["Primitives", "Bus", "Paging", "Cpu", "Devices", "Boot", "Measurement"],
        ["Gdb"] = ["Primitives", "Bus", "Paging", "Cpu", "Devices", "Boot", "Measurement", "Debugging"],
    };

    private static readonly Dictionary<string, string[]> KernelMayUse = new()
    {
        ["Corlib"] = [],
        ["Arch"] = ["Corlib"],
        ["Mm"] = ["Corlib", "Arch"],
        ["Fs"] = ["Corlib", "Arch", "Mm", "Proc", "Drivers"],
        ["Drivers"] = ["Corlib", "Arch", "Mm", "Fs", "Proc"],
        ["Proc"] = ["Corlib", "Arch", "Mm", "Fs", "Drivers"],
        ["Syscalls"] = ["Corlib", "Arch", "Mm", "Fs", "Drivers", "Proc"],
    };

    [Fact]
    public void Library_Imports_GoDownwardOnly() => Assert.Empty(Violations("emu/X64Emu", "X64Emu", LibraryMayUse));

    [Fact]
    public void Kernel_Imports_GoDownwardOnly() => Assert.Empty(Violations("guestos", "GuestOs", KernelMayUse));

    /// <summary>The ahead-of-time compiler leaves every handler that meets a static interface member with a default to the start of each run.</summary>
    [Fact]
    public void Library_StaticInterfaceMembers_HaveNoDefault() => Assert.Empty(
        from type in typeof(Machine).Assembly.GetTypes()
        where type.IsInterface
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where method.IsVirtual && !method.IsAbstract
        select $"{type.Name}.{method.Name}");

    private static List<string> Violations(string folder, string rootNamespace, Dictionary<string, string[]> mayUse)
    {
        List<string> violations = [];
        foreach ((string layer, string[] allowed) in mayUse)
        {
            string path = Path.Combine(RepositoryRoot(), folder, layer);
            if (!Directory.Exists(path)) continue;
            foreach (string file in Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories))
            {
                foreach (Match match in Import().Matches(File.ReadAllText(file)))
                {
                    string used = match.Groups[2].Value;
                    if (match.Groups[1].Value == rootNamespace && used != layer && mayUse.ContainsKey(used) && !allowed.Contains(used))
                        violations.Add($"{Path.GetRelativePath(RepositoryRoot(), file)} uses {used}");
                }
            }
        }
        return violations;
    }

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));

    [GeneratedRegex(@"^\s*using (?:static )?(\w+)\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Import();
}
