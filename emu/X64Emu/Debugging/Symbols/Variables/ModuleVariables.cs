using X64Emu.Debugging.Symbols.Dwarf;
using X64Emu.Debugging.Symbols.Lines;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Symbols.Variables;

/// <summary>The variables of one module, and which functions are inlined where. Damaged information is as if it were not there.</summary>
public sealed class ModuleVariables
{
    private readonly DebugInfo info;
    private readonly ulong bias;
    private readonly Lazy<DebugIndex> index;
    private readonly TypeReader types;

    internal ModuleVariables(DebugInfo info, ulong bias)
    {
        this.info = info;
        this.bias = bias;
        index = new Lazy<DebugIndex>(() => new DebugIndex(info));
        types = new TypeReader(name => index.Value.Type(name));
    }

    /// <summary>The names of global variables that have a description, with their namespaces.</summary>
    public IEnumerable<string> GlobalNames => index.Value.GlobalNames;

    /// <summary>A global variable by its name; null when there is none with a description.</summary>
    public DebugVariable? Global(string name) => index.Value.Global(name) is { } entry ? Variable(entry, null) : null;

    /// <summary>The parameters and variables in scope at an address, those of inner blocks first.</summary>
    public IReadOnlyList<DebugVariable> Locals(VirtualAddress address)
    {
        try
        {
            if (index.Value.FunctionAt(address.Value - bias) is not { } function) return [];
            IReadOnlyList<DebugEntry> entries = LocalVariables.InScope(function, address.Value - bias);
            return [.. entries.Where(entry => entry.Name is not null).Select(entry => Variable(entry, function))];
        }
        catch (SymbolDataException)
        {
            return [];
        }
    }

    /// <summary>The functions inlined around an address, the innermost first, each with the place of its call.</summary>
    public IReadOnlyList<InlineCall> InlineCalls(VirtualAddress address)
    {
        try
        {
            if (index.Value.FunctionAt(address.Value - bias) is not { } function) return [];
            return [.. LocalVariables.InlinedAt(function, address.Value - bias).Select(Call)];
        }
        catch (SymbolDataException)
        {
            return [];
        }
    }

    private DebugVariable Variable(DebugEntry entry, DebugEntry? function) => new(entry.Name ?? "", types.TypeOf(entry), entry, function, bias);

    private InlineCall Call(DebugEntry entry)
    {
        string? file = null;
        if (entry.Number(DwarfAttribute.CallFile) is { } number && entry.Unit.Root.Number(DwarfAttribute.StatementList) is { } program)
            file = new LineProgramHeader(info.Sections, program, entry.Unit.Root.Text(DwarfAttribute.CompilationDirectory)).File(number);
        int line = (int)Math.Min(entry.Number(DwarfAttribute.CallLine) ?? 0, int.MaxValue);
        return new InlineCall(CSharpName.Readable(entry.Name ?? "?"), string.IsNullOrEmpty(file) ? null : file, line);
    }
}
