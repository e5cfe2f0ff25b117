using System.Text;
using System.Text.RegularExpressions;

namespace X64Emu.Debugging.Symbols;

/// <summary>
/// Shows names that .NET's native compiler has mangled as C# writes them: kernel_GuestOs_Mm_PageFault__Handle is GuestOs.Mm.PageFault.Handle. The compiler
/// writes every character that an assembler would not take as an underscore; the assembly's name comes first, two underscores stand before the method.
/// </summary>
internal static partial class CSharpName
{
    /// <summary>The kernel is one assembly of this name.</summary>
    private const string Assembly = "kernel_";
    private const string Separator = "__";

    /// <summary>The readable form; names that no C# compiler made stay as they are.</summary>
    public static string Readable(string raw)
    {
        if (!raw.StartsWith(Assembly, StringComparison.Ordinal) || raw.Length == Assembly.Length) return raw;
        if (!char.IsAsciiLetterUpper(raw[Assembly.Length])) return raw;   // kernel_main and the like are assembly code's or exported
        StringBuilder text = new(raw.Length);
        int start = 0;
        for (int index = 0; index <= raw.Length; index++)
        {
            if (index < raw.Length && raw[index] is not ('<' or '>' or ',')) continue;
            text.Append(Part(raw[start..index]));
            if (index < raw.Length) text.Append(raw[index]);
            start = index + 1;
        }
        return text.ToString();
    }

    /// <summary>The last parts of a readable name, from the one before the method's on: PageFault.Handle.</summary>
    public static string Short(string readable)
    {
        int end = readable.IndexOf('<', StringComparison.Ordinal);
        if (end < 0) end = readable.Length;
        bool isSpecial = end > 0 && readable.LastIndexOf("..", end - 1, StringComparison.Ordinal) > 0;
        int dot = isSpecial ? readable.LastIndexOf("..", end - 1, StringComparison.Ordinal) : readable.LastIndexOf('.', end - 1);
        int before = dot > 0 ? readable.LastIndexOf('.', dot - 1) : -1;
        return before < 0 ? readable : readable[(before + 1)..];
    }

    /// <summary>One name without type arguments.</summary>
    private static string Part(string mangled)
    {
        if (!mangled.StartsWith(Assembly, StringComparison.Ordinal)) return mangled;
        string name = mangled[Assembly.Length..];
        int separator = name.IndexOf(Separator, 1, StringComparison.Ordinal);
        if (separator < 0) return name.Replace('_', '.');
        return name[..separator].Replace('_', '.') + "." + Method(name[(separator + Separator.Length)..]);
    }

    private static string Method(string mangled)
    {
        if (mangled.StartsWith("_ctor", StringComparison.Ordinal) || mangled.StartsWith("_cctor", StringComparison.Ordinal)) return "." + mangled[1..];
        if (Lambda().Match(mangled) is { Success: true } lambda) return $"{lambda.Groups[1].Value}.lambda{lambda.Groups[2].Value}";
        if (LocalFunction().Match(mangled) is { Success: true } local) return $"{local.Groups[1].Value}.{local.Groups[2].Value}";
        return mangled;
    }

    /// <summary>&lt;&gt;c.&lt;Outer&gt;b__1_0 after mangling.</summary>
    [GeneratedRegex(@"^(?:_c(?:__DisplayClass\d+_\d+)?__)?_(\w+?)_b__(\d+(?:_\d+)?)$")]
    private static partial Regex Lambda();

    /// <summary>&lt;Outer&gt;g__Inner|1_0 after mangling.</summary>
    [GeneratedRegex(@"^(?:_c(?:__DisplayClass\d+_\d+)?__)?_(\w+?)_g__(\w+?)_\d+_\d+$")]
    private static partial Regex LocalFunction();
}
