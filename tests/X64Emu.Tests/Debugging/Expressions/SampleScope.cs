using X64Emu.Cpu;
using X64Emu.Debugging.Expressions;
using X64Emu.Primitives;

namespace X64Emu.Tests.Debugging.Expressions;

/// <summary>Names of a small program, and a page of memory at 0x1000 whose bytes count up from 0x80.</summary>
internal sealed class SampleScope : IExpressionScope, IDisposable
{
    private const ulong PageStart = 0x1000;
    private readonly Machine machine = new(new MachineOptions { MemoryBytes = 1 << 20 });
    private readonly Dictionary<string, ulong> variables = [];
    private readonly RegisterNames registers;

    public SampleScope() => registers = new RegisterNames(machine.Processor.Registers);

    public ProcessorRegisters Registers => machine.Processor.Registers;

    public byte[] Page { get; } = [.. Enumerable.Range(0x80, 4096).Select(value => (byte)value)];

    public RegisterBinding? FindRegister(string name, bool hasDollar) => registers.Find(name, hasDollar);

    public ulong? FindVariable(string name) => variables.TryGetValue(name, out ulong value) ? value : null;

    public void SetVariable(string name, ulong value) => variables[name] = value;

    public IReadOnlyList<NamedAddress> FindSymbols(string? owner, string name) => (owner, name) switch
    {
        (null, "main") => [new("1!main", new(0x401000)), new("2!main", new(0x402000))],
        ("1", "main") => [new("1!main", new(0x401000))],
        ("cow-fork", "main") => [new("cow-fork!main", new(0x401000))],
        (null, "counter") => [new("counter", new(0x1010))],
        (null, "PageFault.Handle(ulong, ulong)") => [new("kernel!PageFault.Handle", new(0xffffffff80001000))],
        _ => [],
    };

    public IReadOnlyList<NamedAddress> FindLines(string file, int line) => (file, line) switch
    {
        ("cow-fork.c", 42) => [new("cow-fork.c:42", new(0x401020))],
        ("my file.c", 1) => [new("my file.c:1", new(0x401030))],
        _ => [],
    };

    public bool TryRead(VirtualAddress address, Span<byte> bytes)
    {
        if (!IsInside(address, bytes.Length)) return false;
        Page.AsSpan((int)(address.Value - PageStart), bytes.Length).CopyTo(bytes);
        return true;
    }

    public bool TryWrite(VirtualAddress address, ReadOnlySpan<byte> bytes)
    {
        if (!IsInside(address, bytes.Length)) return false;
        bytes.CopyTo(Page.AsSpan((int)(address.Value - PageStart)));
        return true;
    }

    public void Dispose() => machine.Dispose();

    private bool IsInside(VirtualAddress address, int lengthBytes) =>
        address.Value >= PageStart && address.Value - PageStart <= (ulong)(Page.Length - lengthBytes);
}
