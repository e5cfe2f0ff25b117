using X64Emu.Boot;
using X64Emu.Cpu;
using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Symbols;
using X64Emu.Debugging.Symbols.Variables;
using X64Emu.Debugging.Unwinding;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging.Unwinding;

/// <summary>Back-traces of programs on the guest kernel: up to _start, through signal handlers, out of the kernel, at every instruction.</summary>
public sealed class BackTraceTests : IDisposable
{
    private readonly SymbolResolver symbols = new();
    private PcMachine? machine;
    private DebugMemory? memory;

    public void Dispose() => machine?.Dispose();

    [RequiresToolTheory("musl-gcc", "musl-tools"), InlineData("static"), InlineData("optimised"), InlineData("dwarf4"), InlineData("musl")]
    public void Walk_SignalHandler_GoesThroughTheSignalUpToStart(string program)
    {
        Start(program, "leaf", hits: 2);
        string[] functions = Functions();
        Assert.Equal(["leaf", "middle", "handler", "__restore_rt"], functions[..4]);
        Assert.Equal("_start", functions[^1]);
        Assert.Contains("main", functions);
        Assert.Equal(FrameExit.Interrupted, Walk()[4].Exit);
    }

    [RequiresToolTheory("musl-gcc", "musl-tools"), InlineData("static"), InlineData("musl")]
    public void Walk_PageFaultHandler_GoesThroughTheTrapIntoTheProgram(string program)
    {
        Start(program, "UserTraps.OnPageFault", hits: 1);
        // The kernel itself faults while it loads the program.
        const ulong userEnd = 1UL << 47;
        for (int faults = 0; faults < 20 && Walk()[3].Rip.Value >= userEnd; faults++) machine!.Run();
        Assert.Equal(["GuestOs.Proc.UserTraps.OnPageFault", "GuestOs.Arch.Trap.Dispatch", "trap_common", "_start"], Functions());
        Assert.Equal(symbols.Lookup("_start", null)[0].Address, Walk()[^1].Rip);
    }

    [RequiresToolFact("gcc", "gcc libc6-dev")]
    public void Walk_SystemCall_GoesThroughTheEntryIntoTheProgram()
    {
        Start("static", "SysWrite.Call", hits: 1);
        string[] functions = Functions();
        Assert.Contains("syscall_entry", functions);
        Assert.Equal("main", functions[Array.IndexOf(functions, "__libc_start_call_main") - 1]);
        Assert.Equal("_start", functions[^1]);
    }

    /// <summary>Through a signal's delivery: kernel entry and exit, prologues, epilogues, library code without frame pointers.</summary>
    [RequiresToolTheory("musl-gcc", "musl-tools"), InlineData("static", "middle", 1), InlineData("optimised", "handler", 1), InlineData("musl", "middle", 1)]
    public void Walk_EveryInstruction_EndsAtStart(string program, string function, int hits)
    {
        Start(program, function, hits);
        machine!.Processor.Breakpoints.Clear();
        List<string> broken = [];
        for (int step = 0; step < 3000; step++)
        {
            IReadOnlyList<StackFrame> frames = Walk();
            if (frames[^1].Location?.Function != "_start") broken.Add(frames[0].Location.ToString()!);
            machine.Run(1);
        }
        // Two instructions of syscall_entry have the user's RSP nowhere but behind GS; SignalFrame.Pop fills the trap frame register by register.
        Assert.All(broken, place => Assert.True(
            place.StartsWith("syscall_entry+", StringComparison.Ordinal)
                || place.StartsWith("GuestOs.Proc.SignalFrame.Pop+", StringComparison.Ordinal), place));
        Assert.InRange(broken.Count, 0, 60);
    }

    [RequiresToolFact("gcc", "gcc libc6-dev")]
    public void Locals_FrameBelowMain_HaveTheirValues()
    {
        Start("static", "leaf", hits: 1, skipPrologue: true);
        Assert.Contains("int number = 41", Locals(0));
        Assert.Contains(Locals(0), local => local.StartsWith("int local = ", StringComparison.Ordinal));
        Assert.Equal("int number = 41", Locals(1)[0]);
        Assert.StartsWith("char[64] buffer = \")))))", Locals(1)[1], StringComparison.Ordinal);
        Assert.StartsWith("int argc = 1", Locals(2)[^2], StringComparison.Ordinal);
    }

    [RequiresToolTheory("gcc", "gcc libc6-dev"), InlineData("static"), InlineData("optimised"), InlineData("dwarf2"), InlineData("dwarf4"),
        InlineData("dwarf64")]
    public void Global_EachType_IsShownAsInC(string program)
    {
        Start(program, "leaf", hits: 1);
        Assert.Equal("int counter = 7", Global("counter"));
        Assert.Equal("int[4] table = {1, 2, 3, 4}", Global("table"));
        Assert.Equal($"struct point origin = {{x = 3, y = -4, next = {symbols.Lookup("origin", 1)[0].Address}}}", Global("origin"));
        Assert.Equal("colour paint = GREEN", Global("paint"));
        Assert.EndsWith("\"good day\"", Global("greeting"), StringComparison.Ordinal);
    }

    [RequiresToolFact("gcc", "gcc libc6-dev")]
    public void InlineCalls_InlinedFunction_IsNamedWithItsCall()
    {
        Start("optimised", "leaf", hits: 1);
        SymbolModule module = symbols.ModuleAt(machine!.Processor.Registers.Rip, 1)!;
        ulong leaf = module.Lookup("leaf")[0].Address;
        IEnumerable<int> offsets = Enumerable.Range(0, (int)module.Lookup("leaf")[0].LengthBytes);
        InlineCall[] calls = [.. offsets.SelectMany(offset => module.Variables.InlineCalls(new VirtualAddress(leaf + (ulong)offset))).Distinct()];
        InlineCall call = Assert.Single(calls);
        Assert.Equal(("twice", "symbols.c"), (call.Function, Path.GetFileName(call.CallFile)));
        Assert.Contains("twice(number)", File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Programs", "symbols.c"))[call.CallLine - 1],
            StringComparison.Ordinal);
    }

    private void Start(string program, string function, int hits, bool skipPrologue = false)
    {
        byte[] kernel = DebugProgram.Bytes("kernel");
        symbols.AddKernel(kernel);
        symbols.AddExtra(DebugProgram.Bytes(program), program, null);
        machine = new PcMachine(new PcMachineOptions { Machine = new MachineOptions { MemoryBytes = 64 << 20 } });
        memory = new DebugMemory(machine);
        machine.LoadKernel(kernel, "stdio=console -- /program", [new BootModule(DebugProgram.Bytes(program))]);
        SymbolMatch match = Assert.Single(symbols.Lookup(function, null));
        machine.Processor.Breakpoints.Add(skipPrologue ? match.BodyStart : match.Address);
        for (int hit = 0; hit < hits; hit++) Assert.Equal(PcStopReason.Paused, machine.Run().Reason);
    }

    private int Read(VirtualAddress address, Span<byte> target) => memory!.Read(address, target);

    private IReadOnlyList<StackFrame> Walk() => Unwinder.Walk(RegisterSet.Of(machine!.Processor.Registers), symbols, null, Read);

    private string[] Functions() => [.. Walk().Select(frame => frame.Location?.Function ?? "?")];

    private string[] Locals(int level)
    {
        StackFrame frame = Walk()[level];
        VariableContext context = frame.Variables(Read);
        return [.. symbols.Locals(frame.LookupAddress, null).Select(variable => Describe(variable, context))];
    }

    private string Global(string name)
    {
        DebugVariable variable = symbols.Global(name, null)!;
        return Describe(variable, new VariableContext(new VirtualAddress(0), _ => null, null, Read));
    }

    private string Describe(DebugVariable variable, VariableContext context) =>
        $"{variable.Type} {variable.Name} = {new ValueText(Read).Format(variable.Read(context))}";
}
