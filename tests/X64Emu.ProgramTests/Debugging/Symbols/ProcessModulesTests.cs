using X64Emu.Debugging.Symbols;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging.Symbols;

/// <summary>Several programs at the same address, libraries, and modules that come and go.</summary>
public sealed class ProcessModulesTests
{
    private readonly Dictionary<int, List<MappedFile>> mapped = [];
    private readonly List<string> read = [];
    private readonly SymbolResolver resolver = new();

    public ProcessModulesTests()
    {
        resolver.AddKernel(DebugProgram.Bytes("kernel"));
        resolver.Processes = new ProcessModules(pid => mapped.GetValueOrDefault(pid, []), Read);
    }

    [RequiresToolFact("musl-gcc", "musl-tools")]
    public void Resolve_TwoProgramsAtOneAddress_DoNotMix()
    {
        mapped[10] = [new MappedFile(0x400000, 0x401000, "/bin/static", 0)];
        mapped[11] = [new MappedFile(0x400000, 0x401000, "/bin/musl", 0)];
        VirtualAddress inStatic = Assert.Single(resolver.Lookup("leaf", 10)).Address;
        VirtualAddress inMusl = Assert.Single(resolver.Lookup("leaf", 11)).Address;
        Assert.NotEqual(inStatic, inMusl);
        Assert.Equal("leaf", resolver.Resolve(inStatic, 10)!.Value.Function);
        Assert.Equal("leaf", resolver.Resolve(inMusl, 11)!.Value.Function);
        Assert.NotEqual("leaf", resolver.Resolve(inStatic, 11)?.Function);
        Assert.Empty(resolver.Lookup("leaf", 12));
        Assert.Empty(resolver.Lookup("leaf", null));
        Assert.Equal("GuestOs.Mm.PageFault.Handle", Assert.Single(resolver.Lookup("PageFault.Handle", 10)).Name);
    }

    [RequiresToolFact("gcc", "gcc libc6-dev")]
    public void Resolve_PositionIndependentProgram_FollowsItsMapping()
    {
        mapped[10] =
        [
            new MappedFile(0x555555554000, 0x555555558000, "/bin/static-pie", 0),
            new MappedFile(0x555555600000, 0x555555601000, "/bin/static-pie", 0x5000),
        ];
        ulong linked = SymbolModule.Load(DebugProgram.Bytes("static-pie"), "", 0).Lookup("leaf")[0].Address;
        Assert.Equal(new VirtualAddress(linked + 0x555555554000), Assert.Single(resolver.Lookup("leaf", 10)).Address);
    }

    [RequiresToolFact("gcc", "gcc libc6-dev")]
    public void Of_AfterExec_KnowsTheNewProgramAndReadsFilesOnce()
    {
        mapped[10] = [new MappedFile(0x400000, 0x401000, "/bin/static", 0)];
        Assert.NotEmpty(resolver.Lookup("leaf", 10));
        mapped[10] = [new MappedFile(0x400000, 0x401000, "/bin/text", 0), new MappedFile(0x500000, 0x501000, "/bin/absent", 0)];
        resolver.Processes!.Invalidate();
        Assert.Empty(resolver.Lookup("leaf", 10));
        mapped[10] = [new MappedFile(0x400000, 0x401000, "/bin/static", 0)];
        resolver.Processes.Invalidate();
        Assert.NotEmpty(resolver.Lookup("leaf", 10));
        Assert.Equal(["/bin/static", "/bin/text", "/bin/absent"], read);
    }

    [RequiresToolFact("gcc", "gcc libc6-dev")]
    public void AddExtra_AtAnAddress_MovesItsFirstByteThere()
    {
        SymbolModule module = resolver.AddExtra(DebugProgram.Bytes("static-pie"), "extra", new VirtualAddress(0x7000_0000));
        Assert.Equal(0x7000_0000UL, module.Bias);
        Assert.NotEmpty(resolver.Lookup("leaf", null));
        Assert.Equal(0UL, resolver.AddExtra(DebugProgram.Bytes("static"), "linked", null).Bias);
        Assert.Equal(0x10_0000UL, resolver.AddExtra(DebugProgram.Bytes("static"), "moved", new VirtualAddress(0x50_0000)).Bias);
    }

    private byte[]? Read(string path)
    {
        read.Add(path);
        string name = Path.GetFileName(path);
        return name switch { "absent" => null, "text" => [1, 2, 3], _ => DebugProgram.Bytes(name) };
    }
}
