using System.Globalization;
using System.Numerics;

namespace X64Emu.Paging;

/// <summary>How a TLB array chooses what to replace.</summary>
public enum ReplacementPolicy
{
    /// <summary>The entry filled longest ago. Counts are exact at full speed.</summary>
    Fifo,

    /// <summary>The entry used longest ago. Every access consults the model, which costs about half the speed.</summary>
    Lru,
}

/// <summary>One TLB array.</summary>
/// <param name="Entries">How many translations it holds.</param>
/// <param name="Ways">How many of them a set holds; equal to <paramref name="Entries"/> when fully associative.</param>
/// <param name="PageShifts">The page sizes it holds, as log2 of the bytes: 12, 21 and 30 stand for 4 KiB, 2 MiB and 1 GiB.</param>
public sealed record TlbArraySpecification(int Entries, int Ways, IReadOnlyList<int> PageShifts);

/// <summary>The TLBs of a processor: first-level instruction and data arrays, a shared second level, and how they replace.</summary>
/// <param name="Name">The preset's name, or the specification text.</param>
/// <param name="L1Instruction">First level for instruction fetches.</param>
/// <param name="L1Data">First level for loads and stores.</param>
/// <param name="L2">Second level for both; may be empty.</param>
/// <param name="Policy">Replacement in every array.</param>
/// <param name="WalkCaches">Whether paging-structure caches shorten walks (Intel SDM Vol. 3A, 4.10.3).</param>
public sealed record TlbSpecification(
    string Name,
    IReadOnlyList<TlbArraySpecification> L1Instruction,
    IReadOnlyList<TlbArraySpecification> L1Data,
    IReadOnlyList<TlbArraySpecification> L2,
    ReplacementPolicy Policy,
    bool WalkCaches)
{
    /// <summary>The presets by name: spec strings with the published sizes of real processor generations, and a tiny one for teaching.</summary>
    /// <remarks>Sources: Intel Optimization Reference Manual, tables of TLB parameters (Haswell, Skylake, Golden Cove); AMD Software
    /// Optimization Guides for families 17h and 19h. Where a level is fully associative, ways equal entries.</remarks>
    public static IReadOnlyDictionary<string, string> Presets { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["toy"] = "l1i=4x4@4k+2m+1g;l1d=4x4@4k+2m+1g;l2=16x4@4k;policy=fifo;walkcache=off",
        ["haswell"] = "l1i=128x4@4k,8x8@2m;l1d=64x4@4k,32x4@2m,4x4@1g;l2=1024x8@4k+2m;policy=fifo;walkcache=on",
        ["skylake"] = "l1i=128x8@4k,8x8@2m;l1d=64x4@4k,32x4@2m,4x4@1g;l2=1536x12@4k+2m,16x4@1g;policy=fifo;walkcache=on",
        ["goldencove"] = "l1i=256x8@4k,32x8@2m;l1d=96x6@4k,32x4@2m,8x8@1g;l2=2048x16@4k+2m;policy=fifo;walkcache=on",
        ["zen2"] = "l1i=64x64@4k+2m+1g;l1d=64x64@4k+2m+1g;l2=2048x16@4k+2m;policy=fifo;walkcache=on",
        ["zen3"] = "l1i=64x64@4k+2m+1g;l1d=64x64@4k+2m+1g;l2=2048x8@4k+2m;policy=fifo;walkcache=on",
    };

    /// <summary>The preset that machines have unless told otherwise.</summary>
    public const string DefaultPreset = "skylake";

    /// <summary>Reads a preset's name or a specification such as
    /// <c>l1i=64x4@4k;l1d=64x4@4k,32x4@2m;l2=1536x12@4k+2m;policy=lru;walkcache=off</c>.</summary>
    /// <param name="text">A preset's name, optionally followed by <c>;key=value</c> overrides, or a whole specification.</param>
    /// <exception cref="FormatException">The text is neither; the message says which part is wrong and what is allowed.</exception>
    public static TlbSpecification Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Dictionary<string, string> parts = new(StringComparer.OrdinalIgnoreCase);
        foreach (string part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Presets.TryGetValue(part, out string? preset)) AddParts(parts, preset);
            else AddParts(parts, part);
        }
        foreach (string needed in (string[])["l1i", "l1d"])
        {
            if (!parts.ContainsKey(needed)) throw new FormatException($"TLB specification '{text}' lacks {needed}=...; {Usage}");
        }
        string policyText = parts.GetValueOrDefault("policy", "fifo"), walkText = parts.GetValueOrDefault("walkcache", "on");
        ReplacementPolicy policy = policyText.ToUpperInvariant() switch
        {
            "FIFO" => ReplacementPolicy.Fifo,
            "LRU" => ReplacementPolicy.Lru,
            _ => throw new FormatException($"TLB policy '{policyText}' is not fifo or lru"),
        };
        bool walkCaches = walkText.ToUpperInvariant() switch
        {
            "ON" => true,
            "OFF" => false,
            _ => throw new FormatException($"TLB walkcache '{walkText}' is not on or off"),
        };
        return new TlbSpecification(
            text, ParseArrays(parts["l1i"]), ParseArrays(parts["l1d"]), ParseArrays(parts.GetValueOrDefault("l2", "")), policy, walkCaches);
    }

    private static string Usage => $"use a preset ({string.Join(", ", Presets.Keys)}) or l1i=ENTRIESxWAYS@SIZES;l1d=...;l2=...;policy=fifo|lru;walkcache=on|off";

    private static void AddParts(Dictionary<string, string> parts, string text)
    {
        foreach (string part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? part : part[..equals];
            if (equals < 0 || key.ToUpperInvariant() is not ("L1I" or "L1D" or "L2" or "POLICY" or "WALKCACHE"))
                throw new FormatException($"TLB specification part '{part}' is not known; {Usage}");
            parts[key] = part[(equals + 1)..];
        }
    }

    private static List<TlbArraySpecification> ParseArrays(string text)
    {
        List<TlbArraySpecification> arrays = [];
        foreach (string array in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] halves = array.Split('@');
            string[] numbers = halves[0].Split('x');
            if (halves.Length > 2 || numbers.Length != 2
                || !int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out int entries)
                || !int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out int ways))
                throw new FormatException($"TLB array '{array}' is not ENTRIESxWAYS or ENTRIESxWAYS@SIZES, such as 64x4@4k+2m");
            if (entries is < 1 or > 65536 || ways < 1 || ways > entries || entries % ways != 0 || !BitOperations.IsPow2(entries / ways))
                throw new FormatException($"TLB array '{array}' must have 1..65536 entries in a power-of-two number of sets");
            arrays.Add(new TlbArraySpecification(entries, ways, [.. (halves.Length == 2 ? halves[1] : "4k").Split('+').Select(ParsePageShift)]));
        }
        int[] shifts = [.. arrays.SelectMany(array => array.PageShifts)];
        if (shifts.Distinct().Count() != shifts.Length) throw new FormatException($"TLB level '{text}' names a page size twice");
        return arrays;
    }

    private static int ParsePageShift(string size) => size.ToUpperInvariant() switch
    {
        "4K" => 12,
        "2M" => 21,
        "1G" => 30,
        _ => throw new FormatException($"TLB page size '{size}' is not 4k, 2m or 1g"),
    };
}
