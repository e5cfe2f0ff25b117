using X64Emu.Debugging.Symbols;
using X64Emu.Debugging.Symbols.Frames;
using X64Emu.Debugging.Symbols.Variables;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging.Symbols;

/// <summary>Damaged files: whatever is in them, the reader gives a module or one line of text.</summary>
public sealed class MutatedModuleTests
{
    private const int Rounds = 20_000;

    [RequiresToolFact("musl-gcc", "musl-tools")]
    public void Load_MutatedFiles_GivesAModuleOrOneLine()
    {
        byte[][] files = [DebugProgram.Bytes("musl"), DebugProgram.Bytes("dwarf4-small"), DebugProgram.Bytes("compressed-small")];
        Random random = new(4711);
        int read = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] file = Mutate(files[round % files.Length], random);
            try
            {
                Exercise(SymbolModule.Load(file, "mutated", 0x1000), random);
                read++;
            }
            catch (SymbolDataException problem)
            {
                Assert.DoesNotContain('\n', problem.Message);
                Assert.NotEmpty(problem.Message);
            }
        }
        Assert.InRange(read, Rounds / 4, Rounds);
    }

    [Theory]
    [InlineData(0), InlineData(3), InlineData(4), InlineData(63), InlineData(64), InlineData(4096)]
    public void Load_RandomBytes_GivesOneLine(int length)
    {
        Random random = new(length);
        byte[] file = new byte[length];
        for (int round = 0; round < 500; round++)
        {
            random.NextBytes(file);
            if (round % 2 == 1) "\u007fELF\u0002\u0001"u8[..Math.Min(6, length)].CopyTo(file);
            try
            {
                Exercise(SymbolModule.Load(file, "random", 0), random);
            }
            catch (SymbolDataException problem)
            {
                Assert.DoesNotContain('\n', problem.Message);
            }
        }
    }

    /// <summary>A few bytes, a run of bytes, or the end of the file; more often where the debug sections are.</summary>
    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] file = [.. original];
        int changes = random.Next(1, 12);
        for (int change = 0; change < changes; change++)
        {
            int place = random.Next(4) == 0 ? random.Next(64) : random.Next(file.Length);
            if (random.Next(8) == 0) file.AsSpan(place, Math.Min(random.Next(1, 64), file.Length - place)).Fill((byte)(random.Next(2) * 255));
            else file[place] = (byte)random.Next(256);
        }
        return random.Next(10) == 0 ? file[..random.Next(file.Length)] : file;
    }

    private static void Exercise(SymbolModule module, Random random)
    {
        _ = module.BuildId;
        _ = module.Complete("ma", 50).Count();
        foreach (Symbol symbol in module.Lookup("leaf").Concat(module.Lookup("main")).Take(4))
        {
            VirtualAddress address = new(symbol.Address + (ulong)random.Next(40));
            _ = module.Resolve(address);
            _ = module.AfterPrologue(new VirtualAddress(symbol.Address));
            _ = module.LineExtent(address);
            _ = module.Variables.InlineCalls(address);
            VariableContext context = new(address, register => register * 8, 0x7fff0000, (_, target) => target.Length);
            ValueText text = new((_, target) => target.Length);
            foreach (DebugVariable variable in module.Variables.Locals(address)) _ = text.Format(variable.Read(context));
        }
        foreach (SymbolMatch match in module.LookupLine("symbols.c", 22).Take(4)) _ = match.BodyStart;
        VariableContext global = new(new VirtualAddress(0), _ => null, null, (_, target) => target.Length);
        foreach (string name in module.Variables.GlobalNames.Take(20).ToList())
            if (module.Variables.Global(name) is { } variable) _ = new ValueText((_, target) => target.Length).Format(variable.Read(global));
        foreach (FrameDescription description in module.Frames.All.Take(200))
        {
            try
            {
                _ = FrameProgram.RowAt(description, description.Start + description.LengthBytes / 2);
            }
            catch (SymbolDataException)
            {
                // As the unwinder: a description that cannot be read is no description.
            }
        }
    }
}
