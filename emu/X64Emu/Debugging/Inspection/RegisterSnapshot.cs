using System.Runtime.Intrinsics;
using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Inspection;

/// <summary>What the registers held at one moment, to tell what has changed since.</summary>
public sealed class RegisterSnapshot
{
    private const int VectorCount = 16, StackCount = 8;
    private readonly List<(string Name, ulong Value)> words = [];
    private readonly Vector256<byte>[] vectors = new Vector256<byte>[VectorCount];
    private readonly (ushort SignExponent, ulong Significand)[] stack = new (ushort, ulong)[StackCount];

    private RegisterSnapshot()
    {
    }

    /// <summary>Reads all registers that instructions change.</summary>
    public static RegisterSnapshot Take(ProcessorRegisters registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        RegisterSnapshot taken = new();
        foreach (GeneralRegister register in Enum.GetValues<GeneralRegister>()) taken.words.Add((RegisterReport.NameOf(register), registers[register]));
        taken.words.Add(("rip", registers.Rip.Value));
        taken.words.Add(("rflags", registers.RFlags));
        foreach (SegmentName name in Enum.GetValues<SegmentName>()) taken.words.Add((name.ToString().ToLowerInvariant(), registers.GetSegment(name).Selector));
        taken.words.Add(("fs_base", registers.FsBase.Value));
        taken.words.Add(("gs_base", registers.GsBase.Value));
        taken.words.Add(("cr0", registers.Cr0));
        taken.words.Add(("cr2", registers.Cr2.Value));
        taken.words.Add(("cr3", registers.Cr3));
        taken.words.Add(("cr4", registers.Cr4));
        taken.words.Add(("mxcsr", registers.Mxcsr));
        taken.words.Add(("fctrl", registers.X87.ControlWord));
        taken.words.Add(("fstat", registers.X87.StatusWord));
        taken.words.Add(("ftag", registers.X87.TagWord));
        for (int number = 0; number < VectorCount; number++) taken.vectors[number] = registers.GetYmm(number);
        for (int index = 0; index < StackCount; index++) taken.stack[index] = registers.X87.GetStack(index);
        return taken;
    }

    /// <summary>One line for each register that differs: name, old value, new value, and what the new one points at. RIP is left out unless
    /// asked for, since it changes with each instruction.</summary>
    public IReadOnlyList<string> ChangesSince(RegisterSnapshot earlier, AddressNamer? namer = null, bool includeRip = false)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        List<string> lines = [];
        for (int index = 0; index < words.Count; index++)
        {
            (string name, ulong value) = words[index];
            ulong before = earlier.words[index].Value;
            if (value == before || (name == "rip" && !includeRip)) continue;
            string now = name == "rflags" ? FlagsReport.Summary(value) : RegisterReport.Value(value, namer);
            lines.Add($"{name,-8}0x{before:x} -> {now}");
        }
        for (int number = 0; number < VectorCount; number++)
        {
            if (vectors[number] != earlier.vectors[number])
                lines.Add($"{$"ymm{number}",-8}{VectorReport.Hexadecimal(earlier.vectors[number])} -> {VectorReport.Hexadecimal(vectors[number])}");
        }
        for (int index = 0; index < StackCount; index++)
        {
            if (stack[index] == earlier.stack[index]) continue;
            (ushort signExponent, ulong significand) = stack[index];
            lines.Add($"{$"st{index}",-8}{X87Report.ToDecimal(earlier.stack[index].SignExponent, earlier.stack[index].Significand)} -> "
                + X87Report.ToDecimal(signExponent, significand));
        }
        return lines;
    }
}
