namespace X64Emu.Debugging.Symbols;

/// <summary>A piece of a file that a process has mapped.</summary>
/// <param name="Start">Its first address.</param>
/// <param name="End">The address behind its last.</param>
/// <param name="Path">The file's path in the guest.</param>
/// <param name="FileOffset">Where in the file it starts, in bytes.</param>
public readonly record struct MappedFile(ulong Start, ulong End, string Path, ulong FileOffset);

/// <summary>
/// The programs and libraries of each process, found by the files it has mapped. Asked again after the process has run, it looks whether the mappings
/// changed; files are read once.
/// </summary>
/// <param name="mappings">The files a process has mapped, in ascending order of address.</param>
/// <param name="readFile">The bytes of a guest file by its path, or null when the host has no such file.</param>
/// <param name="readDebugFile">The bytes of a separate debug file by its path on the host, or null; not given, none are looked for.</param>
public sealed class ProcessModules(
    Func<int, IEnumerable<MappedFile>> mappings, Func<string, byte[]?> readFile, Func<string, byte[]?>? readDebugFile = null)
{
    private readonly Dictionary<string, byte[]?> files = [];
    private readonly Dictionary<(string Path, ulong Bias), SymbolModule> modules = [];
    private readonly Dictionary<int, IReadOnlyList<SymbolModule>> known = [];

    /// <summary>The modules of a process. Files that are no ELF files, or that the host does not have, are left out.</summary>
    public IReadOnlyList<SymbolModule> Of(int pid)
    {
        if (known.TryGetValue(pid, out IReadOnlyList<SymbolModule>? list)) return list;
        list = Find(pid);
        known.Add(pid, list);
        return list;
    }

    /// <summary>Forgets which process has mapped what; call it whenever the guest has run.</summary>
    public void Invalidate() => known.Clear();

    private List<SymbolModule> Find(int pid)
    {
        List<SymbolModule> found = [];
        foreach (IGrouping<string, MappedFile> file in mappings(pid).GroupBy(mapping => mapping.Path))
        {
            if (Bytes(file.Key) is not { } bytes) continue;
            foreach (MappedFile mapping in file)
            {
                // A tiny file may have several segments in its first page: what an earlier mapping's module explains is no copy of its own.
                if (SymbolModule.BiasOf(bytes, mapping) is not { } bias) continue;
                if (found.Exists(module => module.Name == file.Key && module.IsWithin(mapping.Start))) continue;
                if (!modules.TryGetValue((file.Key, bias), out SymbolModule? module))
                {
                    module = SymbolModule.Load(bytes, file.Key, bias, readDebugFile);
                    modules.Add((file.Key, bias), module);
                }
                found.Add(module);
            }
        }
        return found;
    }

    private byte[]? Bytes(string path)
    {
        if (files.TryGetValue(path, out byte[]? bytes)) return bytes;
        bytes = readFile(path);
        if (bytes is not null && !SymbolModule.IsReadable(bytes)) bytes = null;
        files.Add(path, bytes);
        return bytes;
    }
}
