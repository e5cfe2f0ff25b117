using Iced.Intel;

namespace X64Emu.Cpu.Decode;

/// <summary>Which binder implements which instruction code. Each code is registered exactly once; a second registration throws.</summary>
internal sealed class InstructionTable
{
    private readonly Binder?[] binders = new Binder?[CodeCount];
    private readonly List<Code>[] legacyCodes = CodesByMnemonic();

    private InstructionTable()
    {
        Instructions.Registrations.AddAll(this);
    }

    /// <summary>One more than the highest <see cref="Code"/>.</summary>
    public static int CodeCount { get; } = Enum.GetValues<Code>().Length;

    /// <summary>The one table.</summary>
    public static InstructionTable Instance { get; } = new();

    /// <summary>The binder for a code; null when the instruction is not implemented.</summary>
    public Binder? this[Code code] => binders[(int)code];

    /// <summary>Registers a binder for single codes.</summary>
    public void Add(Binder binder, params ReadOnlySpan<Code> codes)
    {
        foreach (Code code in codes)
        {
            if (binders[(int)code] is not null) throw new InvalidOperationException($"{code} is registered twice");
            binders[(int)code] = binder;
        }
    }

    /// <summary>Registers a binder for every legacy-encoded code of the mnemonics: all sizes and operand forms.</summary>
    public void Add(Binder binder, params ReadOnlySpan<Mnemonic> mnemonics)
    {
        foreach (Mnemonic mnemonic in mnemonics) Add(binder, mnemonic, static _ => true);
    }

    /// <summary>Registers a binder for those legacy-encoded codes of a mnemonic that a condition selects.</summary>
    public void Add(Binder binder, Mnemonic mnemonic, Func<Code, bool> select)
    {
        foreach (Code code in legacyCodes[(int)mnemonic])
        {
            if (select(code)) Add(binder, [code]);
        }
    }

    private static List<Code>[] CodesByMnemonic()
    {
        List<Code>[] lists = new List<Code>[Enum.GetValues<Mnemonic>().Length];
        for (int index = 0; index < lists.Length; index++) lists[index] = [];
        foreach (Code code in Enum.GetValues<Code>())
        {
            if (code.Encoding() == EncodingKind.Legacy) lists[(int)code.Mnemonic()].Add(code);
        }
        return lists;
    }
}
