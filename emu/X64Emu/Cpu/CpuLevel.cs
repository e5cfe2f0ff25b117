namespace X64Emu.Cpu;

/// <summary>How much of the instruction set a processor has: the levels of the x86-64 psABI, section 3.1.1.</summary>
public enum CpuLevel
{
    /// <summary>x86-64: SSE2 and what came before.</summary>
    X8664,

    /// <summary>x86-64-v2: adds CMPXCHG16B, POPCNT and SSE3 to SSE4.2.</summary>
    X8664V2,

    /// <summary>x86-64-v3: adds AVX2, BMI, FMA, F16C, LZCNT, MOVBE and XSAVE.</summary>
    X8664V3,
}

/// <summary>The levels by the names that compilers' <c>-march</c> takes.</summary>
public static class CpuLevels
{
    /// <summary>The level of a processor when none is asked for.</summary>
    public const CpuLevel Default = CpuLevel.X8664V3;

    private static readonly string[] Names = ["x86-64", "x86-64-v2", "x86-64-v3"];

    /// <summary>The names of all levels, lowest first.</summary>
    public static IReadOnlyList<string> AllNames => Names;

    /// <summary>A level's name, such as <c>x86-64-v3</c>.</summary>
    public static string NameOf(CpuLevel level) => Names[(int)level];

    /// <summary>The level of a name.</summary>
    /// <exception cref="FormatException">No level has the name.</exception>
    public static CpuLevel Parse(string name)
    {
        int index = Array.IndexOf(Names, name);
        return index >= 0 ? (CpuLevel)index : throw new FormatException($"{name}: the levels are {string.Join(", ", Names)}");
    }
}
