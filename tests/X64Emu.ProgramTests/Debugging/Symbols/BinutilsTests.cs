using System.Globalization;
using X64Emu.Debugging.Symbols;
using X64Emu.Debugging.Symbols.Dwarf;
using X64Emu.Debugging.Symbols.Elf;
using X64Emu.Debugging.Symbols.Frames;
using X64Emu.Debugging.Symbols.Lines;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging.Symbols;

/// <summary>What our reader finds in debug information, beside what readelf and addr2line find in the same files.</summary>
public sealed class BinutilsTests
{
    private static readonly string[] registerNames =
        ["rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "ra"];

    public static TheoryData<string> Programs => [.. DebugProgram.All];

    [RequiresToolTheory("readelf", "binutils"), MemberData(nameof(Programs))]
    public void LineRows_EveryProgram_EqualReadelf(string program)
    {
        LineTable table = new(new DebugInfo(ElfFile.Parse(DebugProgram.Bytes(program))));
        IEnumerable<string> ours = table.Rows.Select(row => row.IsEnd ? $"- {row.Address:x}" : $"{row.Line} {row.Address:x}{(row.IsStatement ? " x" : "")}");
        Assert.Equal(ReadelfLines(program).Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
    }

    [RequiresToolTheory("readelf", "binutils"), MemberData(nameof(Programs))]
    public void FrameRows_EveryProgram_EqualReadelf(string program)
    {
        List<string> ours = [];
        foreach (FrameDescription description in new FrameTable(ElfFile.Parse(DebugProgram.Bytes(program))).All)
            FrameProgram.Rows(description, (address, row) => ours.Add(Describe(address, row)));
        List<string> theirs = ReadelfFrames(program);
        Assert.NotEmpty(theirs);
        Assert.Equal(theirs.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
    }

    [RequiresToolTheory("readelf", "binutils"), MemberData(nameof(Programs))]
    public void Entries_EveryProgram_CountedAsReadelf(string program)
    {
        string dump = HostProcess.Run(HostTool.Require("readelf", "binutils"), ["--debug-dump=info", DebugProgram.PathOf(program)]).StandardOutput;
        int theirs = dump.Split('\n').Count(line => line.StartsWith(" <", StringComparison.Ordinal) && line.Contains("(DW_TAG_", StringComparison.Ordinal));
        Assert.Equal(theirs, new DebugInfo(ElfFile.Parse(DebugProgram.Bytes(program))).Units.Sum(unit => unit.Walk().Count()));
    }

    [RequiresToolTheory("addr2line", "binutils")]
    [InlineData("static"), InlineData("optimised"), InlineData("exceptions"), InlineData("dwarf2"), InlineData("dwarf3"), InlineData("dwarf4"),
        InlineData("kernel")]
    public void Resolve_EveryLineAddress_EqualsAddr2line(string program)
    {
        SymbolModule module = SymbolModule.Load(DebugProgram.Bytes(program), program, 0);
        LineTable table = new(new DebugInfo(ElfFile.Parse(DebugProgram.Bytes(program))));
        List<ulong> addresses = [.. table.Rows.Where(row => !row.IsEnd).Select(row => row.Address).Distinct().Where((_, index) => index % 7 == 0)];
        string input = string.Join('\n', addresses.Select(address => address.ToString("x", CultureInfo.InvariantCulture))) + "\n";
        string output = HostProcess.Run(HostTool.Require("addr2line", "binutils"), ["-s", "-e", DebugProgram.PathOf(program)], input).StandardOutput;
        // addr2line adds "(discriminator N)", and has "?" where a line is 0.
        IEnumerable<string> theirs = output.TrimEnd('\n').Split('\n').Select(line => line.Split(' ')[0]);
        IEnumerable<string> ours =
            addresses.Select(address => module.Resolve(new VirtualAddress(address)) is { Line: > 0 } place ? $"{place.SourceFileName}:{place.Line}" : "?");
        Assert.Equal(theirs.Select(line => line.EndsWith('?') ? "?" : line), ours);
    }

    [RequiresToolTheory("nm", "binutils")]
    [InlineData("static"), InlineData("musl"), InlineData("exceptions"), InlineData("kernel")]
    public void Lookup_EveryFunctionOfNm_FindsItsAddress(string program)
    {
        SymbolModule module = SymbolModule.Load(DebugProgram.Bytes(program), program, 0);
        string output = HostProcess.Run(HostTool.Require("nm", "binutils"), ["--defined-only", DebugProgram.PathOf(program)]).StandardOutput;
        int functions = 0;
        foreach (string[] fields in output.TrimEnd('\n').Split('\n').Select(line => line.Split(' ', 3)))
        {
            if (fields is not [{ Length: 16 } address, "T" or "t" or "W", var name]) continue;
            functions++;
            ulong value = ulong.Parse(address, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Assert.Contains(module.Lookup(name), symbol => symbol.Address == value);
        }
        Assert.True(functions > 50, $"{functions} functions");
    }

    private static IEnumerable<string> ReadelfLines(string program)
    {
        string dump = HostProcess.Run(HostTool.Require("readelf", "binutils"), ["--debug-dump=decodedline", DebugProgram.PathOf(program)]).StandardOutput;
        foreach (string[] fields in dump.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (fields.Length < 3 || !TryHexadecimal(fields[2], out ulong address)) continue;
            if (fields[1] == "-") yield return $"- {address:x}";
            else if (int.TryParse(fields[1], out int line)) yield return $"{line} {address:x}{(fields[^1] == "x" ? " x" : "")}";
        }
    }

    private static bool TryHexadecimal(string text, out ulong value)
    {
        value = 0;
        return text == "0" || (text.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value));
    }

    private static string Describe(ulong address, FrameRow row)
    {
        string cfa = row.CfaExpression.Count > 0 ? "exp" : $"{Name(row.CfaRegister)}{row.CfaOffset:+0;-0;+0}";
        IEnumerable<string> rules =
            row.Rules.Where(rule => rule.Value.Kind != FrameRuleKind.Undefined).Select(rule => $"{Name(rule.Key)}={Describe(rule.Value)}");
        return $"{address:x} {cfa} {string.Join(' ', rules.Order(StringComparer.Ordinal))}";
    }

    private static string Name(int register) => register < registerNames.Length ? registerNames[register] : $"r{register}";

    private static string Describe(FrameRule rule) => rule.Kind switch
    {
        FrameRuleKind.Offset => $"c{rule.Number:+0;-0;+0}",
        FrameRuleKind.ValueOffset => $"v{rule.Number:+0;-0;+0}",
        FrameRuleKind.SameValue => "s",
        FrameRuleKind.Register => $"r{rule.Number}",
        FrameRuleKind.Expression => "exp",
        _ => "vexp",
    };

    /// <summary>readelf leaves out the rows of a description that has no rules of its own; those of its common entry hold from its start on.</summary>
    private static List<string> ReadelfFrames(string program)
    {
        string dump = HostProcess.Run(HostTool.Require("readelf", "binutils"), ["--debug-dump=frames-interp", DebugProgram.PathOf(program)]).StandardOutput;
        Dictionary<string, string> commons = [];
        List<string> rows = [];
        (string[] columns, string key, string? inherited, ulong start) = ([], "", null, 0);
        int section = 0;
        foreach (string line in dump.Split('\n').Append(" FDE end"))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line.StartsWith("Contents", StringComparison.Ordinal)) section++;
            if (fields.Length < 2) continue;
            int kind = Array.FindIndex(fields, field => field is "CIE" or "FDE");
            if (kind >= 0)
            {
                if (inherited is not null && commons.TryGetValue(inherited, out string? common)) rows.Add($"{start:x} {common}");
                (columns, inherited) = ([], null);
                if (fields[kind] == "CIE") key = $"{section} {fields[0]}";
                else if (fields.Length > kind + 2) (key, inherited, start) = Start(fields, kind, section);
            }
            else if (fields[0] == "LOC")
            {
                columns = fields[2..];
            }
            else if (fields[0].Length == 16 && columns.Length > 0
                && ulong.TryParse(fields[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong address))
            {
                string row = Row(fields, columns);
                if (key.Length > 0) commons[key] = row;
                else if (inherited is not null || start != 0) rows.Add($"{address:x} {row}");
                inherited = null;
            }
        }
        return rows;
    }

    private static (string Key, string? Common, ulong Start) Start(string[] fields, int kind, int section)
    {
        string[] range = fields[kind + 2]["pc=".Length..].Split("..");
        ulong start = ulong.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        bool isEmpty = range[0] == range[1];
        return ("", isEmpty ? null : $"{section} {fields[kind + 1]["cie=".Length..]}", isEmpty ? 0 : start);
    }

    private static string Row(string[] fields, string[] columns)
    {
        string[] rules = [.. fields[1..].Where(field => !field.StartsWith('('))];
        string cfa = rules[0].StartsWith("exp", StringComparison.Ordinal) ? "exp" : rules[0];
        IEnumerable<string> described = columns.Zip(rules[1..]).Where(rule => rule.Second != "u").Select(rule => $"{rule.First}={rule.Second}");
        return $"{cfa} {string.Join(' ', described.Order(StringComparer.Ordinal))}";
    }
}
