using X64Emu.Debugging.Symbols;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger;

/// <summary>What the options ask of the debugger's console.</summary>
internal sealed record DebuggerSettings
{
    /// <summary>Command lines to run first, in order.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>Whether to end after those commands, at a terminal too.</summary>
    public bool IsBatch { get; init; }

    /// <summary>Whether the first command that fails ends the session.</summary>
    public bool StopsOnError { get; init; }

    /// <summary>Whether commands that are not typed are written behind the prompt, as in a transcript.</summary>
    public bool Echoes { get; init; }

    /// <summary>Whether the session begins at the kernel's first instruction.</summary>
    public bool StartsInKernel { get; init; }

    /// <summary>The program's standard input; null for the terminal, or for no input.</summary>
    public string? InputFile { get; init; }

    /// <summary>The most instructions a machine runs.</summary>
    public long InstructionLimit { get; init; } = long.MaxValue;

    /// <summary>Files with symbols besides those of the kernel and the programs.</summary>
    public IReadOnlyList<SymbolFile> Symbols { get; init; } = [];
}

/// <summary>A file whose symbols are known in every process.</summary>
/// <param name="Path">The file.</param>
/// <param name="Start">Where its first byte is loaded; null for where it was linked.</param>
internal sealed record SymbolFile(string Path, VirtualAddress? Start)
{
    /// <summary>Gives the file's symbols to a session.</summary>
    /// <exception cref="UsageException">It cannot be read, or is no ELF file.</exception>
    public void AddTo(SymbolResolver symbols)
    {
        byte[] elf = Running.KernelFile.ReadFile(Path, "--symbols");
        try
        {
            symbols.AddExtra(elf, System.IO.Path.GetFileName(Path), Start);
        }
        catch (SymbolDataException failure)
        {
            throw new UsageException($"--symbols {Path}: {failure.Message}");
        }
    }
}
