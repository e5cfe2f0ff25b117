using System.Collections.Frozen;

namespace X64Emu.Debugging.Tracing;

/// <summary>Constants of the Linux ABI by name: sets of flags, and values of which one holds.</summary>
/// <param name="prefix">What unknown bits or values are called in a comment, as strace does: <c>0x80 /* O_??? */</c>.</param>
/// <param name="zero">What a set without flags is called; null for <c>0</c>.</param>
/// <param name="constants">Names and values; of flags, those of several bits before their parts.</param>
internal sealed class NamedFlags(string prefix, string? zero, params (ulong Value, string Name)[] constants)
{
    private readonly FrozenDictionary<ulong, string> byValue =
        constants.DistinctBy(constant => constant.Value).ToFrozenDictionary(constant => constant.Value, constant => constant.Name);

    /// <summary>A set of flags, joined by bars.</summary>
    public string Flags(ulong value)
    {
        if (value == 0) return zero ?? "0";
        List<string> names = [];
        foreach ((ulong bits, string name) in constants)
        {
            if (bits == 0 || (value & bits) != bits) continue;
            names.Add(name);
            value &= ~bits;
        }
        if (value != 0) names.Add(names.Count == 0 ? $"0x{value:x} /* {prefix}_??? */" : $"0x{value:x}");
        return string.Join('|', names);
    }

    /// <summary>The value of that name.</summary>
    public string Value(ulong value) => byValue.TryGetValue(value, out string? name) ? name : $"0x{value:x} /* {prefix}_??? */";

    /// <summary>The name of a value; null when it has none.</summary>
    public string? Find(ulong value) => byValue.GetValueOrDefault(value);
}
