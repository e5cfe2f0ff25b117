using System.Globalization;
using System.Text.RegularExpressions;
using X64Emu.Debugging.Symbols;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging.Symbols;

/// <summary>Names and lines of real files, both ways.</summary>
public sealed class SymbolModuleTests
{
    private static readonly string source = Path.Combine(Repository.Root, "tests", "Programs", "symbols.c");

    [Theory]
    [InlineData("kernel_GuestOs_Mm_PageFault__Handle"), InlineData("GuestOs.Mm.PageFault.Handle"), InlineData("PageFault.Handle")]
    public void Lookup_KernelFunction_AcceptsEveryFormOfItsName(string name)
    {
        SymbolModule kernel = Kernel();
        Symbol symbol = Assert.Single(kernel.Lookup(name));
        Assert.Equal("GuestOs.Mm.PageFault.Handle", symbol.Name);
        Assert.Equal("GuestOs.Mm.PageFault.Handle+0x4 (PageFault.cs:", kernel.Resolve(new VirtualAddress(symbol.Address + 4)).ToString()![..46]);
    }

    [Fact]
    public void Lookup_AssemblyRoutine_KeepsItsName()
    {
        Symbol symbol = Assert.Single(Kernel().Lookup("syscall_entry"));
        SymbolLocation place = Kernel().Resolve(new VirtualAddress(symbol.Address))!.Value;
        Assert.Equal(("syscall_entry", "traps.S"), (place.Function, place.SourceFileName));
    }

    [Fact]
    public void Lookup_UnknownName_IsEmpty() => Assert.Empty(Kernel().Lookup("PageFault.Handel"));

    [Fact]
    public void Complete_Prefix_OffersReadableAndShortNames()
    {
        string[] names = [.. Kernel().Complete("PageFault.", 100)];
        Assert.Contains("PageFault.Handle", names);
        Assert.All(names, name => Assert.StartsWith("PageFault.", name, StringComparison.Ordinal));
        Assert.Contains("GuestOs.Mm.PageFault.Handle", Kernel().Complete("GuestOs.Mm.PageF", 100));
        Assert.Equal(3, Kernel().Complete("GuestOs", 3).Count());
        Assert.Empty(Kernel().Complete("__Str_", 100));
    }

    [RequiresToolTheory("gcc", "gcc libc6-dev"), InlineData("static"), InlineData("optimised"), InlineData("dwarf2"), InlineData("dwarf4"),
        InlineData("dwarf64"), InlineData("compressed")]
    public void LookupLine_LineOfAFunction_LeadsIntoItAndBack(string program)
    {
        SymbolModule module = Load(program);
        int line = LineOf("counter++;");
        SymbolMatch match = module.LookupLine("symbols.c", line)[0];
        Assert.Equal($"symbols.c:{line}", match.Name);
        SymbolLocation place = module.Resolve(match.Address)!.Value;
        Assert.Equal(("leaf", "symbols.c"), (place.Function, place.SourceFileName));
        if (program == "static") Assert.Equal(line, place.Line);   // optimised code gives several lines to one address
        Assert.Equal(module.LookupLine("symbols.c", line), module.LookupLine("Programs/symbols.c", line));
        Assert.Equal(module.LookupLine("symbols.c", line), module.LookupLine(source, line));
        Assert.Empty(module.LookupLine("ymbols.c", line));
        Assert.Empty(module.LookupLine("symbols.c", 10_000));
    }

    [RequiresToolFact("gcc", "gcc libc6-dev")]
    public void LookupLine_LineWithoutCode_IsTheNextOneWithCode()
    {
        int comment = LineOf("int counter = 7;");
        SymbolMatch match = Load("static").LookupLine("symbols.c", comment)[0];
        Assert.Equal($"symbols.c:{LineOf("return value + value")}", match.Name);
    }

    [RequiresToolFact("gcc", "gcc libc6-dev")]
    public void LineExtent_AddressInALine_CoversItAndNoOther()
    {
        SymbolModule module = Load("static");
        int line = LineOf("counter++;");
        VirtualAddress address = module.LookupLine("symbols.c", line)[0].Address;
        (VirtualAddress start, VirtualAddress end) = module.LineExtent(address)!.Value;
        Assert.Equal(address, start);
        Assert.Equal(line, module.Resolve(new VirtualAddress(end.Value - 1))!.Value.Line);
        Assert.NotEqual(line, module.Resolve(end)!.Value.Line);
    }

    [RequiresToolTheory("gdb", "gdb"), InlineData("static"), InlineData("optimised"), InlineData("dwarf2"), InlineData("dwarf4"), InlineData("musl")]
    public void LookupLine_EveryLine_IsWhereGdbPutsItsBreakpoint(string program)
    {
        SymbolModule module = Load(program);
        int[] lines = [.. Enumerable.Range(1, File.ReadAllLines(source).Length)];
        IEnumerable<string> commands = lines.SelectMany(line => (string[])["-ex", $"break symbols.c:{line}"]);
        string output = HostProcess.Run(HostTool.Require("gdb", "gdb"), ["-nx", "-batch", .. commands, DebugProgram.PathOf(program)]).StandardOutput;
        int compared = 0;
        // Every line up to the last with code gets a breakpoint, so that its number is the line's.
        foreach (Match breakpoint in Regex.Matches(output, @"Breakpoint (\d+) at (0x[0-9a-f]+)"))
        {
            int line = int.Parse(breakpoint.Groups[1].Value, CultureInfo.InvariantCulture);
            IEnumerable<string> ours = module.LookupLine("symbols.c", line).Select(match => match.BodyStart.ToString());
            Assert.True(ours.Contains(breakpoint.Groups[2].Value), $"line {line}: {string.Join(' ', ours)}, gdb {breakpoint.Groups[2].Value}");
            compared++;
        }
        Assert.True(compared > 10, output);
    }

    [RequiresToolTheory("gdb", "gdb"), InlineData("static", "main"), InlineData("static", "leaf"), InlineData("static", "middle"),
        InlineData("optimised", "leaf"), InlineData("optimised", "main"), InlineData("musl", "middle")]
    public void BodyStart_FunctionName_IsWhereGdbPutsItsBreakpoint(string program, string function)
    {
        string output = HostProcess.Run(HostTool.Require("gdb", "gdb"),
            ["-nx", "-batch", "-ex", $"break {function}", DebugProgram.PathOf(program)]).StandardOutput;
        Symbol symbol = Assert.Single(Load(program).Lookup(function));
        Assert.Contains($"Breakpoint 1 at {Load(program).AfterPrologue(new VirtualAddress(symbol.Address))}:", output, StringComparison.Ordinal);
    }

    [RequiresToolFact("gcc", "gcc libc6-dev")]
    public void Load_Bias_MovesEverything()
    {
        const ulong bias = 0x555555554000;
        SymbolModule linked = Load("static-pie");
        SymbolModule loaded = SymbolModule.Load(DebugProgram.Bytes("static-pie"), "pie", bias);
        ulong leaf = linked.Lookup("leaf")[0].Address;
        Assert.Equal(leaf + bias, loaded.Lookup("leaf")[0].Address);
        Assert.Equal(linked.Resolve(new VirtualAddress(leaf + 3)), loaded.Resolve(new VirtualAddress(leaf + bias + 3))!.Value with { Module = "static-pie" });
        Assert.True(loaded.Contains(new VirtualAddress(leaf + bias)));
        Assert.False(loaded.Contains(new VirtualAddress(leaf)));
        Assert.Equal(linked.LookupLine("symbols.c", 30).Select(match => match.Address.Value + bias),
            loaded.LookupLine("symbols.c", 30).Select(match => match.Address.Value));
    }

    [RequiresToolFact("gcc", "gcc libc6-dev")]
    public void Load_StrippedFile_HasItsDynamicSymbols()
    {
        SymbolModule module = SymbolModule.Load(File.ReadAllBytes("/lib/x86_64-linux-gnu/libc.so.6"), "libc", 0);
        Assert.Contains(module.Lookup("printf"), symbol => symbol.Kind == SymbolKind.Function);
        Assert.Null(module.Resolve(new VirtualAddress(module.Lookup("printf")[0].Address))!.Value.SourceFile);
        Assert.Empty(Load("stripped").Lookup("leaf"));
    }

    [RequiresToolFact("objcopy", "binutils")]
    public void Load_SeparateDebugFile_IsFoundByItsIdentity()
    {
        string whole = DebugProgram.PathOf("dynamic");
        (string debug, string bare) = ($"{whole}.debug", $"{whole}.bare");
        string objcopy = HostTool.Require("objcopy", "binutils");
        Assert.Equal(0, HostProcess.Run(objcopy, ["--only-keep-debug", whole, debug]).ExitStatus);
        Assert.Equal(0, HostProcess.Run(objcopy, ["--strip-all", whole, bare]).ExitStatus);
        string id = Load("dynamic").BuildId!;
        SymbolModule module = SymbolModule.Load(
            File.ReadAllBytes(bare), "bare", 0, path => path == $"/usr/lib/debug/.build-id/{id[..2]}/{id[2..]}.debug" ? File.ReadAllBytes(debug) : null);
        Assert.Equal(Load("dynamic").Lookup("leaf"), module.Lookup("leaf"));
        Assert.Equal(Load("dynamic").LookupLine("symbols.c", 30).Select(match => match.Address),
            module.LookupLine("symbols.c", 30).Select(match => match.Address));
        SymbolModule stranger = SymbolModule.Load(File.ReadAllBytes(bare), "bare", 0, _ => DebugProgram.Bytes("static"));
        Assert.Empty(stranger.Lookup("leaf"));
    }

    [Theory]
    [InlineData(new byte[0], "not an ELF file")]
    [InlineData(new byte[] { 0x7f, 0x45, 0x4c, 0x46, 2, 1 }, "the ELF header is cut short")]
    public void Load_OtherFile_SaysWhatIsWrong(byte[] file, string message) =>
        Assert.Equal(message, Assert.Throws<SymbolDataException>(() => SymbolModule.Load(file, "other", 0)).Message);

    private static SymbolModule Kernel() => Load("kernel");

    private static SymbolModule Load(string program) => SymbolModule.Load(DebugProgram.Bytes(program), program, 0);

    private static int LineOf(string text) => Array.FindIndex(File.ReadAllLines(source), line => line.Contains(text, StringComparison.Ordinal)) + 1;
}
