using X64Emu.Debugging.Symbols.Variables;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Symbols;

/// <summary>
/// Names for addresses and addresses for names, in every process: the kernel's modules are everywhere, a process has its own besides, and files given with
/// <c>--symbols</c> are everywhere too.
/// </summary>
public sealed class SymbolResolver
{
    /// <summary>How many completions are offered at most.</summary>
    public const int CompletionLimit = 500;

    private readonly List<SymbolModule> everywhere = [];

    /// <summary>The modules of each process; null while the guest kernel is not known.</summary>
    public ProcessModules? Processes { get; set; }

    /// <summary>The modules that every process has.</summary>
    public IReadOnlyList<SymbolModule> Shared => everywhere;

    /// <summary>Adds a kernel image.</summary>
    /// <exception cref="SymbolDataException">It is no ELF file.</exception>
    public SymbolModule AddKernel(byte[] elf, string name = "kernel")
    {
        SymbolModule module = SymbolModule.Load(elf, name, 0);
        everywhere.Add(module);
        return module;
    }

    /// <summary>Adds the symbols of a file whose first loaded byte is at an address.</summary>
    /// <param name="elf">The file's bytes.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="start">Where its first loadable segment is; null for where it was linked.</param>
    /// <exception cref="SymbolDataException">It is no ELF file.</exception>
    public SymbolModule AddExtra(byte[] elf, string name, VirtualAddress? start)
    {
        ulong bias = start is { } address ? address.Value - SymbolModule.Load(elf, name, 0).LinkedStart : 0;
        SymbolModule module = SymbolModule.Load(elf, name, bias);
        everywhere.Add(module);
        return module;
    }

    /// <summary>The modules a process sees, its own first; for null, those of all processes' common part.</summary>
    public IEnumerable<SymbolModule> Modules(int? pid) => pid is { } id && Processes is { } processes ? processes.Of(id).Concat(everywhere) : everywhere;

    /// <summary>The module that covers an address in a process, or null.</summary>
    public SymbolModule? ModuleAt(VirtualAddress address, int? pid) => Modules(pid).FirstOrDefault(module => module.Contains(address));

    /// <summary>The function, variable or label at an address in a process and the offset into it, such as <c>main+0x12</c>; null when nothing there has a
    /// name. Reads no source lines, so that it serves traces, too.</summary>
    public string? NameOf(VirtualAddress address, int? pid) =>
        ModuleAt(address, pid)?.FindSymbol(address) is { } symbol ? SymbolLocation.Inside(symbol.Name, address.Value - symbol.Address) : null;

    /// <summary>Function and source line of an address in a process; null when nothing is known.</summary>
    public SymbolLocation? Resolve(VirtualAddress address, int? pid) => ModuleAt(address, pid)?.Resolve(address);

    /// <summary>What a name stands for: raw (<c>kernel_GuestOs_Mm_PageFault__Handle</c>), readable (<c>GuestOs.Mm.PageFault.Handle</c>) or short
    /// (<c>PageFault.Handle</c>). The process's own modules come before the kernel's: the first module that knows the name answers.</summary>
    public IReadOnlyList<SymbolMatch> Lookup(string name, int? pid)
    {
        foreach (SymbolModule module in Modules(pid))
        {
            IReadOnlyList<Symbol> found = module.Lookup(name);
            if (found.Count > 0)
                return [.. found.Select(symbol =>
                    new SymbolMatch(new VirtualAddress(symbol.Address), module, symbol.Name, symbol.Kind == SymbolKind.Function))];
        }
        return [];
    }

    /// <summary>The addresses where a source line starts, one for each function (or copy of one) that has code of it; for a line without code, the next one
    /// that has.</summary>
    /// <param name="file">The file's name or the end of its path.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="pid">The process, or null for the kernel's and extra modules alone.</param>
    public IReadOnlyList<SymbolMatch> LookupLine(string file, int line, int? pid)
    {
        foreach (SymbolModule module in Modules(pid))
        {
            IReadOnlyList<SymbolMatch> found = module.LookupLine(file, line);
            if (found.Count > 0) return found;
        }
        return [];
    }

    /// <summary>The parameters and variables in scope at an address, those of inner blocks first; none without debug information.</summary>
    public IReadOnlyList<DebugVariable> Locals(VirtualAddress address, int? pid) => ModuleAt(address, pid)?.Variables.Locals(address) ?? [];

    /// <summary>The functions inlined around an address, the innermost first.</summary>
    public IReadOnlyList<InlineCall> InlineCalls(VirtualAddress address, int? pid)
    {
        SymbolModule? module = ModuleAt(address, pid);
        return module?.Variables.InlineCalls(address) ?? [];
    }

    /// <summary>A global variable with its type; null when no module describes it.</summary>
    public DebugVariable? Global(string name, int? pid) =>
        Modules(pid).Select(module => module.Variables.Global(name)).FirstOrDefault(found => found is not null);

    /// <summary>Readable and short names that begin with a prefix, in order, at most <see cref="CompletionLimit"/>.</summary>
    public IReadOnlyList<string> Complete(string prefix, int? pid) =>
        [.. Modules(pid).SelectMany(module => module.Complete(prefix, CompletionLimit)).Distinct().Order(StringComparer.Ordinal).Take(CompletionLimit)];
}
